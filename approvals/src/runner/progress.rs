//! What the progress messages say. A step is looked at twice a second; its message is written again only where there is
//! something new to say.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use commands::condition::Progress;
use commands::names::{At, Millis, RequestId};

/// The elapsed time in the message is renewed this often although nothing else is new.
const RENEWED_EVERY: Millis = Millis::seconds(10);

/// What the progress message of each run was last made to say. Lost with the process: the next one says it once more.
#[derive(Debug, Default)]
pub struct Shown(Mutex<BTreeMap<RequestId, Said>>);

/// How far a step was said to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub step: u16,
    pub progress: Progress,
    pub at: At,
}

impl Shown {
    /// Whether `now` differs from what was said last, or that was so long ago that its elapsed time misleads.
    pub(super) fn is_news(&self, request: RequestId, now: &Said) -> bool {
        self.said().get(&request).is_none_or(|last| {
            let same = (last.step, &last.progress) == (now.step, &now.progress);
            !same || now.at.since(last.at) >= RENEWED_EVERY
        })
    }

    /// Remembers what was said.
    pub(super) fn remember(&self, request: RequestId, said: Said) {
        self.said().insert(request, said);
    }

    /// Forgets a run whose step is over.
    pub(super) fn forget(&self, request: RequestId) {
        self.said().remove(&request);
    }

    fn said(&self) -> MutexGuard<'_, BTreeMap<RequestId, Said>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subtasks(second: i64, running: u32) -> Said {
        Said {
            step: 3,
            progress: Progress::Subtasks { running, wanted: 4 },
            at: At(second * 1_000),
        }
    }

    /// Shows one after the other where it is news, and counts.
    fn written(shown: &Shown, request: RequestId, said: &[Said]) -> usize {
        let written = said.iter().filter(|said| {
            let is_news = shown.is_news(request, said);
            if is_news {
                shown.remember(request, (*said).clone());
            }
            is_news
        });
        written.count()
    }

    #[test]
    fn what_has_not_changed_is_not_written_again() {
        let (shown, one) = (Shown::default(), RequestId::new(1));
        let looks: Vec<Said> = (0..9).map(|second| subtasks(second, 2)).collect();
        assert_eq!(written(&shown, one, &looks), 1);
        assert_eq!(
            written(&shown, one, &[subtasks(9, 3), subtasks(9, 4), subtasks(9, 4)]),
            2
        );
        let another_step = Said {
            step: 4,
            ..subtasks(9, 4)
        };
        assert_eq!(written(&shown, one, &[another_step]), 1);
    }

    #[test]
    fn the_elapsed_time_is_renewed_now_and_then() {
        let (shown, one) = (Shown::default(), RequestId::new(1));
        let looks: Vec<Said> = (0..60).map(|second| subtasks(second, 2)).collect();
        assert_eq!(written(&shown, one, &looks), 6);
    }

    #[test]
    fn each_run_has_a_message_of_its_own_and_a_step_that_is_over_is_forgotten() {
        let (shown, one, other) = (Shown::default(), RequestId::new(1), RequestId::new(2));
        assert_eq!(written(&shown, one, &[subtasks(0, 2)]), 1);
        assert_eq!(written(&shown, other, &[subtasks(0, 2)]), 1);
        shown.forget(one);
        assert_eq!(shown.said().len(), 1);
        assert_eq!(written(&shown, one, &[subtasks(0, 2)]), 1);
    }
}
