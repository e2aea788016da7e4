//! How many console commands a second are on disk and acknowledged, beside the bare handler.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use crate::Failure;
use crate::bare::Bare;
use crate::load::{Load, load};
use crate::site::{Hearing, TOKEN};
use crate::table::{Row, ms};
use crate::wire::request;

/// Both are asked in turns, so that a neighbour on the machine disturbs both.
const ROUNDS: usize = 3;
const A_ROUND: Duration = Duration::from_secs(3);
const WARM_UP: Duration = Duration::from_millis(500);

/// A console command, as the page sends it.
pub fn command(address: SocketAddr, token: &str) -> Arc<[u8]> {
    let body = json!({
        "as": "ana",
        "channel": "ops",
        "text": "scale orders parallelism 4 because \"the backlog grows\"",
    });
    request("POST", "/api/say", address, token, Some(&body)).into()
}

/// Sluice beside the bare handler, over so many connections.
///
/// # Errors
/// Where one of them does not do its work.
pub async fn acknowledging(folder: &Path, connections: usize) -> Result<Row, Failure> {
    let bare = Bare::start(&folder.join(format!("bare-{connections}.db"))).await?;
    let hearing = Hearing::start(&folder.join(format!("hearing-{connections}.db"))).await?;
    let mut of = [
        (bare.address, Load::default()),
        (hearing.address, Load::default()),
    ];
    for (address, _) in &of {
        load(*address, connections, command(*address, TOKEN), WARM_UP).await?;
    }
    for _ in 0..ROUNDS {
        for (address, sum) in &mut of {
            sum.add(load(*address, connections, command(*address, TOKEN), A_ROUND).await?);
        }
    }
    hearing.stop().await;
    let [(_, bare), (_, sluice)] = &of;
    Ok(Row {
        what: format!("command on disk and acknowledged, {connections} conn."),
        measured: format!(
            "{:.2} of bare: {:.0}/s of {:.0}/s; p50 {}, p99 {} (bare {})",
            sluice.per_second() / bare.per_second(),
            sluice.per_second(),
            bare.per_second(),
            ms(sluice.within(50)),
            ms(sluice.within(99)),
            ms(bare.within(99)),
        ),
        budget: "at least 0.8 of bare; p99 under 10 ms",
    })
}
