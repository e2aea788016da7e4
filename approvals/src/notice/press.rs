//! A button's id: what it means, in a few readable words that go to the chat and come back.

use commands::names::RequestId;

use super::{Press, RequestView, StateView};
use crate::request::{Ballot, Choice};

impl Press {
    /// Its id: `approve:R-18:7f2c…`.
    pub fn id(&self, request: RequestId) -> String {
        match self {
            Press::Approve(ballot) => format!("approve:{request}:{}", ballot.0),
            Press::Deny(ballot) => format!("deny:{request}:{}", ballot.0),
            Press::Withdraw => format!("withdraw:{request}"),
            Press::Details => format!("details:{request}"),
            Press::PlanAgain => format!("plan-again:{request}"),
            Press::Stop => format!("stop:{request}"),
            Press::Choose(Choice::Undo) => format!("undo-steps:{request}"),
            Press::Choose(Choice::Leave) => format!("leave:{request}"),
            Press::Say { step, done: true } => format!("done:{request}:{step}"),
            Press::Say { step, done: false } => format!("not-done:{request}:{step}"),
            Press::LookAgain => format!("look-again:{request}"),
            Press::Undo => format!("rollback:{request}"),
        }
    }

    /// Reads an id back; `None`: it is none of ours.
    pub fn parse(id: &str) -> Option<(RequestId, Press)> {
        let mut parts = id.splitn(3, ':');
        let (word, request, rest) = (parts.next()?, RequestId::parse(parts.next()?).ok()?, parts.next());
        let step = || rest?.parse().ok();
        let press = match (word, rest) {
            ("approve", Some(ballot)) => Press::Approve(Ballot(ballot.to_owned())),
            ("deny", Some(ballot)) => Press::Deny(Ballot(ballot.to_owned())),
            ("done", Some(_)) => Press::Say {
                step: step()?,
                done: true,
            },
            ("not-done", Some(_)) => Press::Say {
                step: step()?,
                done: false,
            },
            ("withdraw", None) => Press::Withdraw,
            ("details", None) => Press::Details,
            ("plan-again", None) => Press::PlanAgain,
            ("stop", None) => Press::Stop,
            ("undo-steps", None) => Press::Choose(Choice::Undo),
            ("leave", None) => Press::Choose(Choice::Leave),
            ("look-again", None) => Press::LookAgain,
            ("rollback", None) => Press::Undo,
            _ => return None,
        };
        Some((request, press))
    }
}

/// The buttons that stand under a request's message in its present state, most useful first.
pub fn buttons(view: &RequestView) -> Vec<Press> {
    match &view.state {
        StateView::Waiting => {
            let ballot = view
                .voting
                .as_ref()
                .map(|voting| voting.ballot.clone())
                .unwrap_or(Ballot(String::new()));
            vec![
                Press::Approve(ballot.clone()),
                Press::Deny(ballot),
                Press::Details,
                Press::Withdraw,
            ]
        }
        StateView::Queued { .. } => vec![Press::Withdraw, Press::Details],
        StateView::Running {
            step, person: true, ..
        } => {
            vec![
                Press::Say {
                    step: *step,
                    done: true,
                },
                Press::Say {
                    step: *step,
                    done: false,
                },
                Press::Stop,
            ]
        }
        StateView::Running { .. } => vec![Press::Stop],
        StateView::Stopping { undoing: false, .. } => {
            vec![Press::Choose(Choice::Undo), Press::Choose(Choice::Leave)]
        }
        StateView::OutcomeUnknown { step, .. } => vec![
            Press::Say {
                step: *step,
                done: true,
            },
            Press::Say {
                step: *step,
                done: false,
            },
            Press::LookAgain,
        ],
        StateView::Drifted { .. } | StateView::Expired => vec![Press::PlanAgain],
        StateView::Finished(_) => vec![Press::Undo],
        StateView::Approved
        | StateView::Stopping { undoing: true, .. }
        | StateView::Settling { .. }
        | StateView::GoesOn { .. }
        | StateView::Refused { .. }
        | StateView::Denied { .. }
        | StateView::Withdrawn { .. }
        | StateView::Failed { .. }
        | StateView::RolledBack { .. } => Vec::new(),
    }
}
