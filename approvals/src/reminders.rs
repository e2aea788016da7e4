//! While a request waits for votes: when its voters are reminded, and when another group is woken. Pure.
//!
//! The instants follow from the vote alone: `remind_every` after it began, and again, and `escalate.after` once. Which of
//! them have been told stands in the wake-up row: a message and the next wake-up are one commit, so that a kill in between
//! repeats none and loses none.

use commands::names::{At, Group, Millis};

use crate::request::Voting;

/// What is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reminder {
    /// The group that is woken now, where it is its time.
    pub escalate: Option<Group>,
}

/// The next instant after `now` at which somebody must be told.
pub fn next(voting: &Voting, now: At) -> Option<At> {
    let reminder = every(voting).map(|every| {
        let past = now.since(began(voting)).0 / every.0;
        began(voting).plus(Millis(every.0.saturating_mul(past + 1)))
    });
    let escalation = escalation(voting).filter(|at| *at > now);
    reminder
        .into_iter()
        .chain(escalation)
        .min()
        .filter(|at| *at < voting.vote_until)
}

/// What is due of the instants from `from` to `now`, both included. Several that were missed are one.
pub fn due(voting: &Voting, from: At, now: At) -> Option<Reminder> {
    let before = At(from.0.saturating_sub(1)).max(began(voting));
    let first = next(voting, before).filter(|at| *at <= now)?;
    let woken = escalation(voting).filter(|at| (first..=now).contains(at));
    let escalate = woken.and(voting.requirement.escalate.as_ref());
    Some(Reminder {
        escalate: escalate.map(|escalation| escalation.to.clone()),
    })
}

/// When the vote began.
pub fn began(voting: &Voting) -> At {
    voting.vote_until.minus(voting.requirement.vote_within)
}

fn every(voting: &Voting) -> Option<Millis> {
    voting.requirement.remind_every.filter(|every| every.0 > 0)
}

fn escalation(voting: &Voting) -> Option<At> {
    let escalation = voting.requirement.escalate.as_ref()?;
    Some(began(voting).plus(escalation.after))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::policy::Escalation;
    use crate::request::fixtures::*;

    /// A vote of half an hour.
    fn vote(remind_every: Option<u64>, escalate_after: Option<u64>) -> Voting {
        let mut voting = Life::waiting(1).request.voting.unwrap();
        voting.requirement.remind_every = remind_every.map(Millis::minutes);
        voting.requirement.escalate = escalate_after.map(|after| Escalation {
            after: Millis::minutes(after),
            to: Group::parse("leads").unwrap(),
        });
        voting
    }

    fn minute(voting: &Voting, minutes: u64) -> At {
        began(voting).plus(Millis::minutes(minutes))
    }

    /// All instants, in minutes, with whether the group is woken.
    fn all(voting: &Voting) -> Vec<(u64, bool)> {
        let mut at = began(voting);
        let mut found = Vec::new();
        while let Some(next) = next(voting, at) {
            let due = due(voting, next, next).unwrap();
            found.push((next.since(began(voting)).0 / 60_000, due.escalate.is_some()));
            at = next;
        }
        found
    }

    #[test]
    fn voters_are_reminded_until_the_vote_ends_and_a_group_is_woken_once() {
        let (quiet, woken) = (false, true);
        assert_eq!(all(&vote(None, None)), []);
        assert_eq!(all(&vote(Some(10), None)), [(10, quiet), (20, quiet)]);
        assert_eq!(all(&vote(None, Some(15))), [(15, woken)]);
        assert_eq!(
            all(&vote(Some(10), Some(15))),
            [(10, quiet), (15, woken), (20, quiet)]
        );
        assert_eq!(
            all(&vote(Some(10), Some(20))),
            [(10, quiet), (20, woken)],
            "one message for both"
        );
        assert_eq!(all(&vote(Some(30), Some(45))), [], "the vote is over by then");
    }

    #[test]
    fn what_was_missed_is_told_once() {
        let voting = vote(Some(5), Some(12));
        let due = due(&voting, minute(&voting, 5), minute(&voting, 17));
        assert_eq!(due.unwrap().escalate.unwrap().as_str(), "leads");
        assert_eq!(next(&voting, minute(&voting, 17)), Some(minute(&voting, 20)));
    }

    proptest! {
        /// However often, and however late, it is looked: each instant is in exactly one look, and a group is woken once.
        #[test]
        fn no_reminder_is_lost_or_repeated(
            every in prop::option::of(1_u64..40), after in prop::option::of(1_u64..40), late in prop::collection::vec(0_u64..9, 40)
        ) {
            let voting = vote(every, after);
            let (mut row, mut told, mut woken) = (next(&voting, began(&voting)), 0, 0);
            for minutes in late {
                let Some(from) = row else { break };
                let now = from.plus(Millis::minutes(minutes));
                if now >= voting.vote_until { break }
                let due = due(&voting, from, now);
                prop_assert!(due.is_some(), "the row stood at an instant");
                told += 1;
                woken += u32::from(due.is_some_and(|due| due.escalate.is_some()));
                row = next(&voting, now);
                prop_assert!(row.is_none_or(|at| at > now));
            }
            prop_assert!(woken <= 1);
            prop_assert!(told <= 40);
            if row.is_none() {
                prop_assert_eq!(woken, u32::from(after.is_some_and(|after| after < 30)));
            }
        }
    }
}
