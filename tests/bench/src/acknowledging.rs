//! How many commands a second are on disk and acknowledged, beside the bare handler.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::Failure;
use crate::bare::Bare;
use crate::hearing::Chat;
use crate::load::{Load, load};
use crate::table::{Row, ms};

/// Both are asked in turns, so that a neighbour on the machine disturbs both.
const ROUNDS: usize = 3;
const A_ROUND: Duration = Duration::from_secs(3);
const WARM_UP: Duration = Duration::from_millis(500);

/// A chat's side that hears beside the bare handler, which is sent the same, over so many connections.
///
/// # Errors
/// Where one of them does not do its work.
pub async fn acknowledging(folder: &Path, chat: Chat, connections: usize) -> Result<Row, Failure> {
    let file = |whose: &str| folder.join(format!("{whose}-{chat:?}-{connections}.db"));
    let bare = Bare::start(&file("bare")).await?;
    let hearing = chat.hears(&file("hearing")).await?;
    let mut of = [
        (bare.address, Load::default()),
        (hearing.address, Load::default()),
    ];
    for (address, _) in &of {
        load(*address, connections, Arc::new(hearing.asked()), WARM_UP).await?;
    }
    for _ in 0..ROUNDS {
        for (address, sum) in &mut of {
            sum.add(load(*address, connections, Arc::new(hearing.asked()), A_ROUND).await?);
        }
    }
    let [(_, bare), (_, sluice)] = &of;
    hearing.stop(sluice.count()).await?;
    Ok(Row {
        what: format!("{}, {connections} connections", chat.what()),
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
