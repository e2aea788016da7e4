//! Values for the ledger's tests.

use std::sync::atomic::{AtomicU64, Ordering};

use commands::ask::{Amount, Change, ChangeVerb, Target};
use commands::names::{At, Channel, Chat, Environment, MessageId, Person, Place, RequestId};
use commands::plan::{Claim, ClaimMode, Path};
use commands::refusal::Code;

use super::{ClaimChange, Commit, ConsoleMessage, Ledger, Listed, NewEntry, Outgoing, Wake};
use crate::intake::{Delivery, DeliveryId, Said};
use crate::notice::{Acknowledged, Notice, Row, Slot};
use crate::people::Account;
use crate::ports::{Address, Dice};
use crate::request::{Event, Particular};

/// Dice that roll 1, 2, 3 and so on.
#[derive(Default)]
pub(crate) struct Counted(AtomicU64);

impl Dice for Counted {
    fn roll(&self) -> [u8; 16] {
        u128::from(self.0.fetch_add(1, Ordering::Relaxed)).to_be_bytes()
    }
}

pub(crate) fn r(number: u64) -> RequestId {
    RequestId::new(number)
}

pub(crate) fn person(name: &str) -> Person {
    Person::parse(name).unwrap()
}

pub(crate) fn ops() -> Place {
    place("ops")
}

pub(crate) fn place(channel: &str) -> Place {
    Place {
        chat: Chat::Console,
        channel: Channel::parse(channel).unwrap(),
    }
}

pub(crate) fn message(id: &str) -> MessageId {
    MessageId::parse(id).unwrap()
}

pub(crate) fn exclusive(path: &str) -> Claim {
    Claim {
        path: Path(path.to_owned()),
        mode: ClaimMode::Exclusive,
    }
}

pub(crate) fn shared(path: &str) -> Claim {
    Claim {
        path: Path(path.to_owned()),
        mode: ClaimMode::Shared,
    }
}

/// The fact that a request begins with; its reason is a particular.
pub(crate) fn asked(by: &str, because: &str) -> Event {
    Event::Asked {
        by: person(by),
        account: Particular::new(format!("console: {by}")),
        change: Change {
            verb: ChangeVerb::ScaleParallelism {
                job: Target("orders".to_owned()),
                to: Amount::To(4),
            },
            environment: None,
            because: None,
            incident: None,
            dry_run: false,
            no_wait: false,
        },
        because: Some(Particular::new(because)),
        incident: None,
        place: ops(),
        thread: message("1"),
    }
}

/// A fact that may follow any other.
pub(crate) fn attempt(by: &str) -> Event {
    Event::AttemptRefused {
        person: person(by),
        code: Code::SelfApproval,
    }
}

/// An entry of events by ana, at a time of its own.
pub(crate) fn entry(request: u64, expected: u64, events: Vec<Event>) -> NewEntry {
    NewEntry {
        request: r(request),
        expected,
        at: At(1_000 + i64::try_from(expected).unwrap()),
        by: person("ana"),
        version: 1,
        ballot: None,
        events,
        listed: Some(Listed {
            row: row(request, "waiting"),
            thread: (ops(), message("1")),
            ended: false,
        }),
    }
}

pub(crate) fn row(request: u64, state: &str) -> Row {
    Row {
        id: r(request),
        state: state.to_owned(),
        environment: Some(Environment::parse("shop").unwrap()),
        asked_by: person("ana"),
        asked_at: At(1_000),
        command: "scale orders parallelism 4".to_owned(),
    }
}

/// A commit of this entry alone.
/// The requests that are due, without when they were to be woken.
pub(crate) async fn due(ledger: &impl Ledger, now: At, limit: u32) -> Vec<RequestId> {
    let due = ledger.due(now, limit).await.unwrap();
    due.into_iter().map(|(request, _)| request).collect()
}

pub(crate) fn append(entry: NewEntry) -> Commit {
    Commit {
        entry: Some(entry),
        ..Commit::default()
    }
}

/// The first commit of a request.
pub(crate) fn first(request: u64) -> Commit {
    append(entry(request, 0, vec![asked("ana", "lag")]))
}

/// A later commit of a request.
pub(crate) fn next(request: u64, expected: u64) -> Commit {
    append(entry(request, expected, vec![attempt("ana")]))
}

impl Commit {
    pub(crate) fn taking(mut self, claims: &[Claim]) -> Self {
        self.claims = ClaimChange::Take(claims.to_vec());
        self
    }

    pub(crate) fn releasing(mut self) -> Self {
        self.claims = ClaimChange::Release;
        self
    }

    pub(crate) fn waking(mut self, request: u64, at: Option<i64>) -> Self {
        self.wake = Some(Wake {
            request: r(request),
            at: at.map(At),
        });
        self
    }

    pub(crate) fn saying(mut self, say: Vec<Outgoing>) -> Self {
        self.say = say;
        self
    }

    pub(crate) fn answering(mut self, delivery: &Delivery) -> Self {
        self.answers = Some(delivery.id.clone());
        self
    }

    /// How its request is listed.
    pub(crate) fn listed(&mut self) -> &mut Listed {
        self.entry.as_mut().unwrap().listed.as_mut().unwrap()
    }

    /// With the request queued behind another.
    pub(crate) fn queued(mut self, behind: u64) -> Self {
        let entry = self.entry.as_mut().unwrap();
        entry.events.push(Event::Queued { behind: r(behind) });
        self.listed().row.state = "queued".to_owned();
        self
    }

    pub(crate) fn in_state(mut self, state: &str, ended: bool) -> Self {
        let listed = self.listed();
        (listed.row.state, listed.ended) = (state.to_owned(), ended);
        self
    }

    pub(crate) fn in_thread(mut self, thread: &str) -> Self {
        self.listed().thread.1 = message(thread);
        self
    }
}

/// A message to send; the code tells one from another.
pub(crate) fn outgoing(request: Option<u64>, slot: Slot, to: &Place, what: Acknowledged) -> Outgoing {
    Outgoing {
        request: request.map(r),
        slot,
        to: Address {
            place: to.clone(),
            thread: None,
            only_for: None,
        },
        notice: Notice::Done(what, r(request.unwrap_or(1))),
    }
}

/// Something typed in the console.
pub(crate) fn typed(id: &str, text: &str) -> Delivery {
    Delivery {
        id: DeliveryId(id.to_owned()),
        account: Account {
            chat: Chat::Console,
            id: "ana".to_owned(),
        },
        place: ops(),
        message: None,
        thread: None,
        said: Said::Text(text.to_owned()),
        at: At(500),
    }
}

/// A message of the console that is not stored yet.
pub(crate) fn console(text: &str) -> ConsoleMessage {
    ConsoleMessage {
        id: String::new(),
        channel: "ops".to_owned(),
        thread: None,
        author: "sluice".to_owned(),
        at: At(700),
        text: text.to_owned(),
        buttons: vec![("approve".to_owned(), "Approve".to_owned())],
        images: Vec::new(),
        request: Some(r(18)),
        only_for: None,
        body: serde_json::json!({ "parts": [1, 2] }),
    }
}
