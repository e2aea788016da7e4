//! Past requests, through the ledger's own code: each with the delivery it came from, its entries and its last console
//! message. Six of ten ran to a verdict; the others were denied, withdrawn or expired.

mod plan;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use approvals::intake::{Delivery, DeliveryId, Said};
use approvals::ledger::sqlite::SqliteLedger;
use approvals::ledger::{ClaimChange, Commit, ConsoleMessage, Ledger, Listed, NewEntry, Wake};
use approvals::notice;
use approvals::people::{Account, Evidence};
use approvals::policy::{Need, Requirement};
use approvals::ports::{Dice, Handle};
use approvals::request::{self, Event, Input, Request, State, Yes};
use commands::ask::{Amount, Change, ChangeVerb, Target};
use commands::names::{At, Chat, Group, MessageId, Millis, Person, Place, RequestId};
use commands::plan::Output;
use commands::verdict::{Judgement, Verdict};
use commands::windows::Measured;
use futures::{StreamExt, TryStreamExt, future, stream};

use crate::Failure;
use plan::{plan, window};

/// Requests that are written side by side: the writer puts what they bring into one transaction.
const SIDE_BY_SIDE: usize = 256;

/// When the first request was asked; each later one a minute after the one before.
const BEGINNING: At = At(1_700_000_000_000);

/// Salts for words that nobody wrote: they need not be secret, only distinct.
#[derive(Debug, Default)]
pub struct Counted(AtomicU64);

impl Dice for Counted {
    fn roll(&self) -> [u8; 16] {
        u128::from(self.0.fetch_add(1, Ordering::Relaxed)).to_be_bytes()
    }
}

/// What seeding took.
#[derive(Debug, Clone, Copy)]
pub struct Seeded {
    /// Requests that were lived.
    pub requests: u64,
    /// Entries that were appended.
    pub entries: u64,
    /// Seconds from the first delivery to the last message.
    pub seconds: f64,
}

/// Appends `count` past requests to the ledger in `file`, which is made where it is missing; fewer where the time is over
/// before.
///
/// # Errors
/// Where the ledger cannot be opened or written.
pub async fn seed(file: &Path, count: u64, within: Duration) -> Result<Seeded, Failure> {
    let ledger = SqliteLedger::open(file, Arc::new(Counted::default())).await?;
    let before = ledger.health().await?.entries;
    let began = Instant::now();
    let first = ledger.next_request().await?.number();
    stream::iter(first..first + count)
        .take_while(|_| future::ready(began.elapsed() < within))
        .map(|number| live(&ledger, number))
        .buffer_unordered(SIDE_BY_SIDE)
        .try_collect::<()>()
        .await?;
    let seconds = began.elapsed().as_secs_f64();
    let requests = ledger.next_request().await?.number() - first;
    let entries = ledger.health().await?.entries - before;
    ledger.close().await;
    Ok(Seeded {
        requests,
        entries,
        seconds,
    })
}

/// What becomes of it.
enum Fate {
    Finished,
    Denied,
    Withdrawn,
    Expired,
}

fn fate(number: u64) -> Fate {
    match number % 10 {
        0 => Fate::Denied,
        1 | 2 => Fate::Withdrawn,
        3 => Fate::Expired,
        _ => Fate::Finished,
    }
}

/// A request on its way through the ledger.
struct Past<'a> {
    ledger: &'a dyn Ledger,
    request: Request,
    now: At,
    place: Place,
    thread: MessageId,
    ana: Person,
    bo: Person,
}

/// Asks for request `number` and lives it to its end.
async fn live(ledger: &dyn Ledger, number: u64) -> Result<(), Failure> {
    let place = Place::parse("console:ops")?;
    let ana = Person::parse("ana")?;
    let now = BEGINNING.plus(Millis::minutes(number));
    let delivery = Delivery {
        id: DeliveryId(format!("seed-{number}")),
        account: account(&ana),
        place: place.clone(),
        message: None,
        thread: None,
        said: Said::Text("scale orders parallelism 4 because \"the backlog grows\"".to_owned()),
        at: now,
    };
    let thread = ledger.receive(&delivery).await?.message;
    let id = RequestId::new(number);
    let bo = Person::parse("bo")?;
    let mut past = Past {
        ledger,
        request: Request::new(id),
        now,
        place,
        thread,
        ana,
        bo,
    };
    past.ask(delivery.id).await?;
    match fate(number) {
        Fate::Finished => past.run().await?,
        Fate::Denied => past.vote(Yes::No).await?,
        Fate::Withdrawn => {
            let withdraw = Input::Withdraw {
                person: past.ana.clone(),
            };
            past.put(&past.ana.clone(), &withdraw).await?;
        }
        Fate::Expired => {
            past.now = past.now.plus(Millis::minutes(31));
            past.put(&Person::sluice(), &Input::Tick).await?;
        }
    }
    past.tell().await
}

impl Past<'_> {
    async fn ask(&mut self, answers: DeliveryId) -> Result<(), Failure> {
        let ask = Input::Ask {
            by: self.ana.clone(),
            account: account(&self.ana),
            change: Change {
                verb: ChangeVerb::ScaleParallelism {
                    job: Target("orders".to_owned()),
                    to: Amount::To(4),
                },
                environment: None,
                because: Some("the backlog grows".to_owned()),
                incident: None,
                dry_run: false,
                no_wait: false,
            },
            place: self.place.clone(),
            thread: self.thread.clone(),
        };
        let mut events = self.decide(&self.request, &ask)?;
        let asked = self.request.clone().with_entry(&events, self.now)?;
        let plan = Input::Plan {
            plan: Box::new(plan(self.request.id)?),
            requirement: requirement()?,
        };
        events.extend(self.decide(&asked, &plan)?);
        self.append(&self.ana.clone(), events, Some(answers)).await
    }

    /// Approved, started, each step done, settled, judged.
    async fn run(&mut self) -> Result<(), Failure> {
        let sluice = Person::sluice();
        self.vote(Yes::Yes).await?;
        let start = Input::Start {
            mismatches: Vec::new(),
            evidence: [(self.bo.clone(), self.evidence()?)].into(),
            in_force: Some(requirement()?),
            held_by: None,
            no_wait: false,
        };
        self.put(&sluice, &start).await?;
        let steps = self.request.plan.as_ref().map_or(0, |plan| plan.steps.len());
        for _ in 0..steps {
            self.put(
                &sluice,
                &Input::Intend {
                    mismatches: Vec::new(),
                },
            )
            .await?;
            self.put(&sluice, &Input::Accepted(Handle("4711".to_owned())))
                .await?;
            self.put(&sluice, &Input::SeenDone(Output::Nothing)).await?;
        }
        let wait = Millis::seconds(30);
        self.put(&sluice, &Input::Settle { wait }).await?;
        self.now = self.now.plus(wait);
        let judge = Input::Judge {
            judgement: Judgement {
                verdict: Verdict::Better,
                reasons: Vec::new(),
                job: None,
            },
            measured: vec![Measured {
                job: self
                    .request
                    .plan
                    .as_ref()
                    .and_then(|plan| plan.target.job.clone()),
                before: Some(window(self.now.minus(Millis::minutes(10)), 1_200_000.0)),
                after: Some(window(self.now.minus(Millis::minutes(5)), 0.0)),
            }],
        };
        self.put(&sluice, &judge).await
    }

    async fn vote(&mut self, verdict: Yes) -> Result<(), Failure> {
        let ballot = self
            .request
            .voting
            .as_ref()
            .map(|voting| voting.ballot.clone())
            .ok_or("no vote")?;
        let vote = Input::Vote {
            person: self.bo.clone(),
            account: account(&self.bo),
            verdict,
            ballot,
            reason: (verdict == Yes::No).then(|| "not during the sale".to_owned()),
            evidence: Some(self.evidence()?),
            in_force: Some(requirement()?),
        };
        self.put(&self.bo.clone(), &vote).await
    }

    fn evidence(&self) -> Result<Evidence, Failure> {
        Ok(Evidence {
            groups: [Group::parse("owners")?].into(),
            looked_up_at: self.now,
        })
    }

    /// Decides and appends, a second after what was before.
    async fn put(&mut self, by: &Person, input: &Input) -> Result<(), Failure> {
        self.now = self.now.plus(Millis::seconds(1));
        let events = self.decide(&self.request, input)?;
        self.append(by, events, None).await
    }

    fn decide(&self, request: &Request, input: &Input) -> Result<Vec<Event>, Failure> {
        request::decide(request, input, self.now)
            .map_err(|refusal| format!("{}: {}", request.id, refusal.code.as_str()).into())
    }

    async fn append(
        &mut self,
        by: &Person,
        events: Vec<Event>,
        answers: Option<DeliveryId>,
    ) -> Result<(), Failure> {
        let before = self.request.clone();
        self.request = before.clone().with_entry(&events, self.now)?;
        let ended = matches!(self.request.state, State::Ended(_));
        let claims = match &self.request.plan {
            Some(plan) if events.iter().any(|event| matches!(event, Event::Started { .. })) => {
                ClaimChange::Take(plan.claims.clone())
            }
            Some(_) if ended => ClaimChange::Release,
            _ => ClaimChange::Keep,
        };
        let entry = NewEntry {
            request: before.id,
            expected: before.entries,
            at: self.now,
            by: by.clone(),
            version: self.request.version,
            ballot: self.request.voting.as_ref().map(|voting| voting.ballot.clone()),
            listed: Some(Listed {
                row: notice::row(&self.request).ok_or("not asked yet")?,
                thread: (self.place.clone(), self.thread.clone()),
                ended,
            }),
            events,
        };
        let wake = Wake {
            request: before.id,
            at: (!ended).then_some(self.now),
        };
        let commit = Commit {
            entry: Some(entry),
            claims,
            wake: Some(wake),
            answers,
            ..Commit::default()
        };
        Ok(self.ledger.commit(commit).await?)
    }

    /// The last message in its thread.
    async fn tell(&self) -> Result<(), Failure> {
        let message = ConsoleMessage {
            id: String::new(),
            channel: self.place.channel.to_string(),
            thread: Some(self.thread.to_string()),
            author: Person::sluice().to_string(),
            at: self.now,
            text: format!("{} {}", self.request.id, self.request.state.word()),
            buttons: Vec::new(),
            images: Vec::new(),
            request: Some(self.request.id),
            only_for: None,
            body: serde_json::Value::Null,
        };
        self.ledger.put_message(&message, &[], None).await?;
        Ok(())
    }
}

fn account(person: &Person) -> Account {
    Account {
        chat: Chat::Console,
        id: person.to_string(),
    }
}

/// One yes of the owners.
fn requirement() -> Result<Requirement, Failure> {
    Ok(Requirement {
        need: vec![Need {
            count: 1,
            from: Group::parse("owners")?,
        }],
        not: [].into(),
        vote_within: Millis::minutes(30),
        run_within: None,
        evidence_within: Millis::minutes(5),
        remind_every: None,
        escalate: None,
        rule: 1,
        policy_digest: "0".repeat(64),
    })
}
