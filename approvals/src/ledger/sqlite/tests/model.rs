//! Random commits, against a model of a few lines.

use std::collections::{BTreeMap, BTreeSet};

use commands::names::At;
use commands::plan::{Claim, ClaimMode};
use proptest::prelude::*;

use super::super::audit::Audit;
use super::Folder;
use crate::claims::conflict;
use crate::ledger::fixtures::*;
use crate::ledger::suite::Home;
use crate::ledger::{ClaimChange, Commit, Ledger, LedgerError, Outgoing, Sent};
use crate::notice::{Acknowledged, Slot};

/// One thing that is done to the ledger.
#[derive(Debug, Clone)]
enum Act {
    Commit {
        request: u64,
        stale: bool,
        claims: Claims,
        wake: Option<Option<i64>>,
        say: Vec<(Slot, bool)>,
    },
    Receive(u8),
    Answer(u8),
    SendOne(bool),
    Restart,
}

#[derive(Debug, Clone)]
enum Claims {
    Keep,
    Take(Vec<(u8, bool)>),
    Release,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let claims = prop_oneof![
        3 => Just(Claims::Keep),
        2 => prop::collection::vec((0..6_u8, any::<bool>()), 1..3).prop_map(Claims::Take),
        1 => Just(Claims::Release),
    ];
    let slot = prop_oneof![Just(Slot::New), Just(Slot::Card), Just(Slot::Progress)];
    let commit = (
        1..6_u64,
        prop::bool::weighted(0.1),
        claims,
        prop::option::of(prop::option::of(0..50_i64)),
        prop::collection::vec((slot, any::<bool>()), 0..3),
    );
    let act = prop_oneof![
        8 => commit.prop_map(|(request, stale, claims, wake, say)| Act::Commit { request, stale, claims, wake, say }),
        2 => (0..8_u8).prop_map(Act::Receive),
        1 => (0..8_u8).prop_map(Act::Answer),
        3 => any::<bool>().prop_map(Act::SendOne),
        1 => Just(Act::Restart),
    ];
    prop::collection::vec(act, 1..40)
}

/// What the ledger must hold.
#[derive(Debug, Default)]
struct Model {
    entries: BTreeMap<u64, u64>,
    claims: BTreeMap<u64, Vec<Claim>>,
    wakes: BTreeMap<u64, i64>,
    received: Vec<u8>,
    answered: BTreeSet<u8>,
    /// In order.
    outbox: Vec<Unsent>,
    said: u64,
}

fn path(number: u8) -> &'static str {
    ["a", "a/b", "a/b/c", "a/b/d", "a/bb", "e"][usize::from(number)]
}

fn claims_of(claims: &Claims) -> ClaimChange {
    match claims {
        Claims::Keep => ClaimChange::Keep,
        Claims::Release => ClaimChange::Release,
        Claims::Take(paths) => ClaimChange::Take(
            paths
                .iter()
                .map(|(number, alone)| {
                    if *alone {
                        exclusive(path(*number))
                    } else {
                        shared(path(*number))
                    }
                })
                .collect(),
        ),
    }
}

/// Tells the messages of one commit from those of the next three.
fn mark(number: u64) -> Acknowledged {
    use Acknowledged::{Recorded, VoteCounted, VoteWithdrawn, WillStop};
    [VoteCounted, VoteWithdrawn, WillStop, Recorded][usize::try_from(number % 4).unwrap()]
}

/// An unsent message: request, slot, channel, and which commit said it last.
type Unsent = (u64, Slot, &'static str, u64);

fn said((request, slot, channel, said): &Unsent) -> Outgoing {
    outgoing(Some(*request), *slot, &place(channel), mark(*said))
}

/// Sends what stands first, as often as the ledger wants it: a post in doubt is edited once more.
async fn send_one(ledger: &impl Ledger) -> Option<Outgoing> {
    let first = ledger.to_send(At(0), 1).await.unwrap().pop()?;
    for _ in 0..2 {
        ledger.sent(first.id, Sent::Posted(message("m"))).await.unwrap();
        ledger.to_send(At(0), 1).await.unwrap();
    }
    Some(first.outgoing)
}

impl Model {
    fn holder(&self, request: u64, wanted: &[Claim]) -> Option<u64> {
        let conflicts = |held: &[Claim]| held.iter().any(|h| wanted.iter().any(|w| conflict(w, h)));
        self.claims
            .iter()
            .find(|(by, held)| **by != request && conflicts(held))
            .map(|(by, _)| *by)
    }

    /// Does the act to both, and checks that both answer alike.
    async fn act(&mut self, ledger: &impl Ledger, act: Act) -> Result<(), TestCaseError> {
        match act {
            Act::Commit {
                request,
                stale,
                claims,
                wake,
                say,
            } => {
                let there = self.entries.get(&request).copied().unwrap_or(0);
                let claims = claims_of(&claims);
                let mut commit = append(entry(request, there + u64::from(stale), vec![attempt("ana")]));
                commit.claims = claims.clone();
                if let Some(at) = wake {
                    commit = commit.waking(request, at);
                }
                self.said += 1;
                let channel = |dev: bool| if dev { "dev" } else { "ops" };
                commit.say = say
                    .iter()
                    .map(|(slot, dev)| outgoing(Some(request), *slot, &place(channel(*dev)), mark(self.said)))
                    .collect();
                let result = ledger.commit(commit).await;
                let holder = match &claims {
                    ClaimChange::Take(wanted) => self.holder(request, wanted),
                    _ => None,
                };
                match (stale, holder) {
                    (true, _) => prop_assert!(matches!(result, Err(LedgerError::Stale)), "{result:?}"),
                    (_, Some(by)) => {
                        prop_assert!(
                            matches!(&result, Err(LedgerError::Claimed { by: b }) if *b == r(by)),
                            "{result:?}"
                        );
                    }
                    (false, None) => {
                        prop_assert!(result.is_ok(), "{result:?}");
                        self.committed(request, claims, wake, &say, channel);
                    }
                }
            }
            Act::Receive(n) => {
                let again = ledger
                    .receive(&typed(&format!("d{n}"), "status"))
                    .await
                    .unwrap()
                    .again;
                prop_assert_eq!(again, self.received.contains(&n));
                if !again {
                    self.received.push(n);
                }
            }
            Act::Answer(n) => {
                let answer = Commit::default().answering(&typed(&format!("d{n}"), ""));
                let result = ledger.commit(answer).await;
                let again = self.received.contains(&n) && !self.answered.insert(n);
                prop_assert_eq!(matches!(result, Err(LedgerError::Stale)), again);
                prop_assert_eq!(result.is_ok(), !again);
            }
            Act::SendOne(later) => {
                if later {
                    for first in ledger.to_send(At(0), 1).await.unwrap() {
                        ledger.sent(first.id, Sent::Later(At(0))).await.unwrap();
                    }
                } else {
                    let sent = send_one(ledger).await;
                    prop_assert_eq!(sent, self.outbox.first().map(said));
                    self.outbox.drain(..usize::from(!self.outbox.is_empty()));
                }
            }
            Act::Restart => {}
        }
        Ok(())
    }

    fn committed(
        &mut self,
        request: u64,
        claims: ClaimChange,
        wake: Option<Option<i64>>,
        say: &[(Slot, bool)],
        channel: impl Fn(bool) -> &'static str,
    ) {
        *self.entries.entry(request).or_default() += 1;
        match claims {
            ClaimChange::Keep => {}
            ClaimChange::Release => {
                self.claims.remove(&request);
            }
            ClaimChange::Take(wanted) => self.claims.entry(request).or_default().extend(wanted),
        }
        match wake {
            Some(Some(at)) => {
                self.wakes.insert(request, at);
            }
            Some(None) => {
                self.wakes.remove(&request);
            }
            None => {}
        }
        for (slot, dev) in say {
            let key = (request, *slot, channel(*dev));
            let unsent = self
                .outbox
                .iter_mut()
                .find(|(r, s, c, _)| *slot != Slot::New && (*r, *s, *c) == key);
            match unsent {
                Some(row) => row.3 = self.said,
                None => self.outbox.push((key.0, key.1, key.2, self.said)),
            }
        }
    }

    /// Everything that can be read is as the model has it.
    async fn compare(&self, ledger: &impl Ledger) -> Result<(), TestCaseError> {
        let numbers =
            |rows: &[crate::notice::Row]| rows.iter().map(|row| row.id.number()).collect::<Vec<_>>();
        prop_assert_eq!(
            numbers(&ledger.open_requests().await.unwrap()),
            self.entries.keys().copied().collect::<Vec<_>>()
        );
        let mut wakes: Vec<(i64, u64)> = self.wakes.iter().map(|(request, at)| (*at, *request)).collect();
        wakes.sort_unstable();
        let due: Vec<u64> = ledger
            .due(At(100), 100)
            .await
            .unwrap()
            .iter()
            .map(|(id, _)| id.number())
            .collect();
        prop_assert_eq!(due, wakes.iter().map(|(_, request)| *request).collect::<Vec<_>>());
        prop_assert_eq!(
            ledger.next_wake().await.unwrap(),
            wakes.first().map(|(at, _)| At(*at))
        );
        for number in 0..6 {
            for mode in [ClaimMode::Exclusive, ClaimMode::Shared] {
                let wanted = [Claim {
                    mode,
                    ..exclusive(path(number))
                }];
                let holder = ledger.holder(&wanted, r(99)).await.unwrap();
                prop_assert_eq!(holder, self.holder(99, &wanted).map(r), "{:?}", wanted);
            }
        }
        let waiting: Vec<String> = ledger
            .unanswered(100)
            .await
            .unwrap()
            .into_iter()
            .map(|d| d.id.0)
            .collect();
        let unanswered = self
            .received
            .iter()
            .filter(|n| !self.answered.contains(n))
            .map(|n| format!("d{n}"));
        prop_assert_eq!(waiting, unanswered.collect::<Vec<_>>());
        for waiting in &self.outbox {
            prop_assert_eq!(send_one(ledger).await, Some(said(waiting)));
        }
        prop_assert_eq!(send_one(ledger).await, None);
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn a_ledger_holds_what_the_model_holds(acts in acts()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let folder = Folder::new();
            let mut ledger = folder.open().await;
            let mut model = Model::default();
            for act in acts {
                if matches!(act, Act::Restart) {
                    ledger.close().await;
                    ledger = folder.open().await;
                }
                model.act(&ledger, act).await?;
            }
            model.compare(&ledger).await?;
            ledger.close().await;
            let verified = Audit::open(&folder.file()).await.unwrap().verify().await.unwrap();
            prop_assert_eq!(verified.entries, model.entries.values().sum::<u64>());
            Ok(())
        })?;
    }
}
