//! The console's.

use std::path::Path;
use std::sync::Arc;

use adapters::chat::console::Console;
use adapters::chat::console::front::{self, Front};
use adapters::chat::console::guard::Gate;
use adapters::wording::{Reader, Wording};
use approvals::ports::Dice;
use commands::names::Channel;

use super::{Hearing, listener};
use crate::Failure;
use crate::asked::{Asked, command};
use crate::seed::Counted;
use crate::site::{SystemClock, ledger, people, site};

/// The token that the page asks for.
const TOKEN: &str = "4f1c0de4f1c0de4f1c0de4f1c0de4f1c0de4f1c0de4f1c0de4f1c0de4f1c0de0";

pub(super) async fn hears(file: &Path) -> Result<Hearing, Failure> {
    let dice: Arc<dyn Dice> = Arc::new(Counted::default());
    let ledger = ledger(file, dice.clone()).await?;
    let console = Console::new(
        ledger.clone(),
        Arc::new(SystemClock),
        Wording::new("/flink"),
        Reader::new("en", None),
    );
    let listener = listener().await?;
    let address = listener.local_addr()?;
    let router = front::router(Front {
        site: site(ledger.clone(), people()?),
        console: Arc::new(console),
        dice,
        channels: [Channel::parse("ops")?].into(),
        gate: Gate {
            token: TOKEN.into(),
            hosts: [address.to_string()].into(),
        },
    });
    Hearing::listens(listener, router, ledger, move || {
        Asked::same(202, command(address, TOKEN))
    })
    .await
}
