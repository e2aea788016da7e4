//! Which attempt of a job a sample belongs to.
//!
//! Counters begin anew with each attempt, so a sample that carries the wrong one would show records that were never
//! there. Two answers tell of a new attempt: `numRestarts` rises, and the job's details say that it came to RUNNING later
//! than before. Each is renewed by its own clock; seen on 2.3.0, the first came up to a second after the second. Until
//! both have moved the sample is left out.

use commands::names::{At, Millis};

/// How long one of the two may lag behind. `/jobs/:id` is at most 3 s old, metrics 10 s plus one question.
const LONGEST_LAG: Millis = Millis::seconds(30);

/// What one reading says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sight {
    /// `numRestarts`.
    pub restarts: u64,
    /// When the job came to RUNNING.
    pub running_since: At,
}

/// The attempt that was last seen clearly.
#[derive(Debug, Clone, Copy, Default)]
pub struct Attempt {
    seen: Option<Sight>,
    unclear_since: Option<At>,
}

/// What a reading is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Of the attempt seen before.
    Same,
    /// Of a new attempt.
    New,
    /// Between two attempts; not to be believed.
    Unclear,
}

impl Attempt {
    /// Judges a reading, and remembers it.
    pub fn judge(&mut self, sight: Sight, at: At) -> Verdict {
        let Some(seen) = self.seen else {
            return self.accept(sight, Verdict::New);
        };
        match (
            seen.restarts == sight.restarts,
            seen.running_since == sight.running_since,
        ) {
            (true, true) => self.accept(sight, Verdict::Same),
            (false, false) => self.accept(sight, Verdict::New),
            _ => {
                let since = *self.unclear_since.get_or_insert(at);
                if at.since(since) > LONGEST_LAG {
                    self.accept(sight, Verdict::New)
                } else {
                    Verdict::Unclear
                }
            }
        }
    }

    fn accept(&mut self, sight: Sight, verdict: Verdict) -> Verdict {
        *self = Self {
            seen: Some(sight),
            unclear_since: None,
        };
        verdict
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Judges readings of (second, restarts, running since) one after the other.
    fn judged(readings: &[(i64, u64, i64)]) -> Vec<Verdict> {
        let mut attempt = Attempt::default();
        let judge = |&(second, restarts, since): &(i64, u64, i64)| {
            attempt.judge(
                Sight {
                    restarts,
                    running_since: At(since),
                },
                At(second * 1000),
            )
        };
        readings.iter().map(judge).collect()
    }

    #[test]
    fn an_attempt_is_new_when_both_answers_say_so() {
        use Verdict::{New, Same, Unclear};
        assert_eq!(
            judged(&[(0, 0, 10), (5, 0, 10), (10, 1, 99), (15, 1, 99)]),
            [New, Same, New, Same]
        );
        assert_eq!(
            judged(&[(0, 0, 10), (5, 0, 99), (6, 1, 99), (7, 1, 99)]),
            [New, Unclear, New, Same]
        );
        assert_eq!(
            judged(&[(0, 0, 10), (5, 1, 10), (6, 1, 10), (7, 1, 99)]),
            [New, Unclear, Unclear, New]
        );
    }

    #[test]
    fn an_answer_that_never_moves_is_not_waited_for_for_ever() {
        use Verdict::{New, Same, Unclear};
        assert_eq!(
            judged(&[(0, 0, 10), (5, 0, 99), (35, 0, 99), (36, 0, 99), (37, 0, 99)]),
            [New, Unclear, Unclear, New, Same]
        );
    }
}
