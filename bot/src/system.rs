//! The machine's own time and chance.

use approvals::ports::{Clock, Dice};
use commands::names::At;
use jiff::Timestamp;

/// The machine's clock. It may be set back; decisions use the ledger's, which never is.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> At {
        At(Timestamp::now().as_millisecond())
    }
}

/// Random bytes of a generator that the system seeds and reseeds.
#[derive(Debug, Clone, Copy)]
pub struct SystemDice;

impl Dice for SystemDice {
    fn roll(&self) -> [u8; 16] {
        rand::random()
    }
}
