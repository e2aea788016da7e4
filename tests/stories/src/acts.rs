//! What people do in a story: they type, press, and sometimes plan by hand.

use approvals::ledger::LedgerError;
use approvals::policy::{self, Subject};
use approvals::ports::LookFor;
use approvals::record::{Beside, NotRecorded, record};
use approvals::request::{Input, Request, State};
use approvals::site::Site;
use commands::ask::{Ask, Change};
use commands::grammar;
use commands::names::{MessageId, Person};
use commands::plan::Plan;
use commands::recipes::{self, Limits};

use crate::town::{Act, Deed};
use crate::world::{World, shop};

impl World {
    /// From here on people act and read in the other one of two chats.
    pub fn crosses_over(&mut self) {
        self.town.crosses_over();
    }

    /// Somebody types a command at the channel's top.
    pub async fn says(&mut self, person: &str, text: &str) {
        self.acts(person, Deed::Types(text.to_owned())).await;
    }

    /// Somebody presses a button under the newest message that has one with this label.
    pub async fn presses(&mut self, person: &str, label: &str) {
        self.presses_because(person, label, None).await;
    }

    /// The same, with a reason filled in.
    pub async fn presses_because(&mut self, person: &str, label: &str, reason: Option<&str>) {
        self.until_told().await;
        let seen = self.sees(person).await;
        let found = seen.iter().rev().find_map(|message| {
            let (button, _) = message
                .buttons
                .iter()
                .find(|(_, shown)| is_called(shown, label))?;
            Some((message.clone(), button.clone()))
        });
        let (message, button) = found.unwrap_or_else(|| panic!("{person} sees no button {label}: {seen:#?}"));
        let reason = reason.map(str::to_owned);
        self.acts(
            person,
            Deed::Presses {
                message,
                button,
                reason,
            },
        )
        .await;
    }

    /// Somebody acts. A process that dies over it says "not recorded" or nothing at all, and then lives again.
    async fn acts(&mut self, person: &str, deed: Deed) {
        let act = Act {
            person: person.to_owned(),
            deed,
            twice: self.manner.twice,
        };
        self.town.act(&act).await;
        if self.manner.death.happened() {
            let was_stored = self.manner.death.took_effect();
            self.is_killed().await;
            self.town.acts_again(&act, was_stored).await;
        }
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
        let thread = self.a_thread_of(person).await;
        let person = Person::parse(person).unwrap();
        let id = self.life().site.ledger.next_request().await.unwrap();
        let ask = Input::Ask {
            by: person.clone(),
            account: self.town.account(person.as_str()),
            change: change.clone(),
            place: self.town.place(),
            thread,
        };
        for _ in 0..2 {
            let before = self.life().ledger_load(id).await;
            match put_to_the_vote(&self.life().site, before, &ask, &change, &plan).await {
                Ok(()) => return,
                Err(NotRecorded::Ledger(_)) if self.manner.death.happened() => self.is_killed().await,
                Err(error) => panic!("{error}"),
            }
        }
        panic!("it dies only once");
    }

    /// A thread that is about nothing yet.
    async fn a_thread_of(&mut self, person: &str) -> MessageId {
        if let Some(message) = self.town.writes_aside(person) {
            return message;
        }
        self.says(person, "whoami").await;
        let messages = self.town.messages().await;
        let said = messages.iter().rev().find(|message| !message.by_sluice);
        let said = MessageId::parse(&said.unwrap().id).unwrap();
        self.until_quiet().await;
        said
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
    ask: &Input,
    change: &Change,
    plan: &Plan,
) -> Result<(), NotRecorded> {
    let Input::Ask { by, .. } = ask else {
        panic!("this is no ask: {ask:?}");
    };
    if request.state == State::New {
        request = record(site, request, ask, by, Beside::default()).await?;
    }
    if request.state == State::Asked {
        let requirement = requirement(site, by, change, plan).await?;
        let plan = Box::new(plan.clone());
        record(
            site,
            request,
            &Input::Plan { plan, requirement },
            by,
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

/// `Deny…` is called `Deny`, `Undo: back to 1` is called `Undo`.
fn is_called(shown: &str, label: &str) -> bool {
    let rest = shown.strip_prefix(label);
    rest.is_some_and(|rest| rest.is_empty() || rest == "…" || rest.starts_with(':'))
}
