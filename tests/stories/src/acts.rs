//! What people do in a story: they type, press, and sometimes plan by hand.

use approvals::intake::{self, Delivery, DeliveryId, Said};
use approvals::ledger::LedgerError;
use approvals::people::Account;
use approvals::policy::{self, Subject};
use approvals::ports::LookFor;
use approvals::record::{Beside, NotRecorded, record};
use approvals::request::{Input, Request, State};
use approvals::site::Site;
use commands::ask::{Ask, Change};
use commands::grammar;
use commands::names::{Chat, MessageId, Person};
use commands::plan::Plan;
use commands::recipes::{self, Limits};

use crate::world::{World, ops, shop};

impl World {
    /// Somebody types a command at the channel's top; the message it became.
    pub async fn says(&mut self, person: &str, text: &str) -> MessageId {
        self.delivers(person, None, Said::Text(text.to_owned()), None)
            .await
    }

    /// Somebody types a command in a thread.
    pub async fn replies(&mut self, person: &str, thread: &MessageId, text: &str) -> MessageId {
        self.delivers(person, Some(thread.clone()), Said::Text(text.to_owned()), None)
            .await
    }

    /// Somebody presses a button under the newest message that has one with this label.
    pub async fn presses(&mut self, person: &str, label: &str) -> MessageId {
        self.presses_because(person, label, None).await
    }

    /// The same, with a reason filled in.
    pub async fn presses_because(&mut self, person: &str, label: &str, reason: Option<&str>) -> MessageId {
        let seen = self.sees(person).await;
        let found = seen.iter().rev().find_map(|message| {
            let (id, _) = message
                .buttons
                .iter()
                .find(|(_, shown)| is_called(shown, label))?;
            Some((message.clone(), id.clone()))
        });
        let (message, button) = found.unwrap_or_else(|| panic!("{person} sees no button {label}: {seen:#?}"));
        let id = MessageId::parse(&message.id).unwrap();
        let thread = MessageId::parse(message.thread.as_deref().unwrap_or(&message.id)).unwrap();
        let said = Said::Press {
            message: id.clone(),
            button,
            reason: reason.map(str::to_owned),
        };
        self.delivers(person, Some(thread), said, Some(id)).await
    }

    async fn delivers(
        &mut self,
        person: &str,
        thread: Option<MessageId>,
        said: Said,
        message: Option<MessageId>,
    ) -> MessageId {
        self.deliveries += 1;
        let delivery = Delivery {
            id: DeliveryId(format!("story-{}", self.deliveries)),
            account: account(person),
            place: ops(),
            message,
            thread,
            said,
            at: self.clock.now_by_hand(),
        };
        if self.manner.twice {
            self.hears(&delivery).await;
            self.echo = Some(delivery.clone());
        }
        self.hears(&delivery).await
    }

    /// The delivery arrives. A process that dies over it says "not recorded" or nothing at all: the chat delivers again.
    pub(crate) async fn hears(&mut self, delivery: &Delivery) -> MessageId {
        let received = match intake::receive(&self.life().site, delivery).await {
            Ok(received) => received,
            Err(_) => {
                self.is_killed().await;
                let again = intake::receive(&self.life().site, delivery).await;
                again.expect("a new life records")
            }
        };
        received.message
    }

    /// What Sluice itself would plan for a command now: to be made another by hand.
    pub async fn recipe(&mut self, command: &str) -> Plan {
        let Ok(Ask::Change(change)) = grammar::parse(command) else {
            panic!("{command} is no change");
        };
        let shop = shop();
        loop {
            let platform = self.life().site.environments[&shop].platform.clone();
            let look_for = LookFor::default();
            let flink = self.flink.clone();
            let observed = tokio::select! {
                biased;
                () = flink.until_a_call_is_held() => None,
                observed = platform.look(&shop, &look_for) => Some(observed),
            };
            drop(platform);
            match observed {
                Some(observed) if !self.manner.death.happened() => {
                    return recipes::plan(&change.verb, &observed, &Limits::default(), None).unwrap();
                }
                _ => self.is_killed().await,
            }
        }
    }

    /// A plan that no recipe of today makes, put to the vote as if this person had asked for it with `command`.
    pub async fn plans(&mut self, person: &str, command: &str, plan: Plan) {
        let Ok(Ask::Change(change)) = grammar::parse(command) else {
            panic!("{command} is no change");
        };
        let thread = self.says(person, "whoami").await;
        self.until_quiet().await;
        let person = Person::parse(person).unwrap();
        let id = self.life().site.ledger.next_request().await.unwrap();
        for _ in 0..2 {
            let before = self.life().ledger_load(id).await;
            match put_to_the_vote(&self.life().site, before, &person, &change, &thread, &plan).await {
                Ok(()) => return,
                Err(NotRecorded::Ledger(_)) if self.manner.death.happened() => self.is_killed().await,
                Err(error) => panic!("{error}"),
            }
        }
        panic!("it dies only once");
    }
}

impl crate::world::Life {
    async fn ledger_load(&self, id: commands::names::RequestId) -> Request {
        use approvals::ledger::Ledger as _;
        self.ledger
            .load(id)
            .await
            .unwrap()
            .unwrap_or_else(|| Request::new(id))
    }
}

async fn put_to_the_vote(
    site: &Site,
    mut request: Request,
    person: &Person,
    change: &Change,
    thread: &MessageId,
    plan: &Plan,
) -> Result<(), NotRecorded> {
    if request.state == State::New {
        let ask = Input::Ask {
            by: person.clone(),
            account: account(person.as_str()),
            change: change.clone(),
            place: ops(),
            thread: thread.clone(),
        };
        request = record(site, request, &ask, person, Beside::default()).await?;
    }
    if request.state == State::Asked {
        let requirement = requirement(site, person, change, plan).await?;
        let plan = Box::new(plan.clone());
        record(
            site,
            request,
            &Input::Plan { plan, requirement },
            person,
            Beside::default(),
        )
        .await?;
    }
    Ok(())
}

async fn requirement(
    site: &Site,
    person: &Person,
    change: &Change,
    plan: &Plan,
) -> Result<policy::Requirement, LedgerError> {
    let shop = shop();
    let subject = Subject {
        environment: &shop,
        verb: change.verb.word(),
        from_to: plan.aim.from_to(),
        slots: plan.resources.slots,
        requester: person,
    };
    let now = site.now().await?;
    Ok(policy::requirement(&site.policy, &site.people, &subject, now).expect("somebody may approve"))
}

fn account(person: &str) -> Account {
    Account {
        chat: Chat::Console,
        id: person.to_owned(),
    }
}

/// `Deny…` is called `Deny`, `Undo: back to 1` is called `Undo`.
fn is_called(shown: &str, label: &str) -> bool {
    let rest = shown.strip_prefix(label);
    rest.is_some_and(|rest| rest.is_empty() || rest == "…" || rest.starts_with(':'))
}
