//! Pauses before a link to a chat is made anew: longer with each failure, and never the same for two of us.

use std::time::Duration;

use approvals::ports::Dice;

/// The shortest pause.
pub const PAUSE_MIN: Duration = Duration::from_millis(500);
/// The longest one.
const PAUSE_MAX: Duration = Duration::from_secs(30);

/// Doubles with each failure.
pub fn pause(failures: u32) -> Duration {
    PAUSE_MIN.saturating_mul(1 << failures.min(8)).min(PAUSE_MAX)
}

/// Between half of the pause and all of it.
pub fn jittered(pause: Duration, dice: &dyn Dice) -> Duration {
    let roll = u32::from(dice.roll()[0]);
    pause / 2 + pause / 2 * roll / 255
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end_growing() {
        assert_eq!(pause(1), Duration::from_secs(1));
        assert_eq!(pause(3), Duration::from_secs(4));
        assert_eq!(pause(u32::MAX), PAUSE_MAX);
    }
}
