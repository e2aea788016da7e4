//! The console's HTTP API: say, press, read a channel, follow the changes.
//!
//! Everything under `/api` wants the token of this start. `say` and `press` exist in demo mode only, and answer once the
//! delivery is on disk.

use std::convert::Infallible;
use std::sync::Arc;

use approvals::intake::{self, Delivery, DeliveryId, Said};
use approvals::ledger::{ConsoleMessage, LedgerError};
use approvals::notice::Press as Button;
use approvals::people::Account;
use approvals::ports::Dice;
use approvals::site::Site;
use axum::extract::rejection::JsonRejection;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{StatusCode, header};
use axum::middleware;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use commands::ask::Ask;
use commands::grammar::{self, Vocabulary};
use commands::names::{Channel, Chat, Environment, MessageId, Person, Place};
use futures::{Stream, StreamExt as _};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio_stream::wrappers::BroadcastStream;

use super::shown::{Message, Problem, problem};
use super::{Change, Console, guard, page};

/// The most messages of a channel that are shown.
const MESSAGES_MAX: u32 = 1_000;

/// The largest body of a request, bytes.
const BODY_MAX: usize = 1 << 20;

/// The longest command, characters: the grammar reads no longer one.
const TEXT_MAX: usize = 4_000;

/// The account of who names nobody. It is no key that a person could have, so it is never linked to one.
const TERMINAL: &str = "(terminal)";

/// What the API works with.
#[derive(Clone)]
pub struct Front {
    /// What is served.
    pub site: Arc<Site>,
    /// The side that speaks.
    pub console: Arc<Console>,
    /// Ids of deliveries.
    pub dice: Arc<dyn Dice>,
    /// The console's channels.
    pub channels: Arc<Vec<Channel>>,
    /// The token of this start.
    pub token: Arc<str>,
    /// `host:port` names that this listener answers to.
    pub hosts: Arc<Vec<String>>,
}

/// The page and its API.
pub fn router(front: Front) -> Router {
    let api = Router::new()
        .route("/say", post(say))
        .route("/press", post(press))
        .route("/board", get(board))
        .route("/complete", get(complete))
        .route("/channels/{channel}", get(channel))
        .route("/events", get(events))
        .route("/attachments/{id}", get(attachment))
        .fallback(|| async { Problem::NotFound("route") })
        .layer(middleware::from_fn_with_state(front.clone(), guard::token));
    Router::new()
        .route("/", get(page::index))
        .route("/page/{name}", get(page::asset))
        .nest("/api", api)
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .layer(middleware::from_fn_with_state(front.clone(), guard::same_site))
        .with_state(front)
}

type Answer = Result<Response, Problem>;

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        problem(self).into_response()
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Say {
    /// Without it nobody in particular asks, and only looks are answered.
    #[serde(rename = "as")]
    person: Option<String>,
    channel: String,
    thread: Option<String>,
    text: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Press {
    #[serde(rename = "as")]
    person: String,
    message: String,
    button: String,
    input: Option<Input>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Input {
    reason: Option<String>,
}

#[derive(Debug, Deserialize)]
struct As {
    #[serde(rename = "as")]
    person: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Typed {
    text: String,
    cursor: Option<usize>,
}

async fn say(State(front): State<Front>, body: Result<Json<Say>, JsonRejection>) -> Answer {
    let Json(say) = body.map_err(|error| Problem::BadBody(error.body_text()))?;
    let person = match &say.person {
        Some(name) => Some(front.actor(name)?),
        None => None,
    };
    let channel = front.channel(&say.channel)?;
    match say.text.chars().count() {
        0 => return Err(Problem::Empty),
        length if length > TEXT_MAX => return Err(Problem::TooLong(length)),
        _ => {}
    }
    let asks_more = |ask: &Ask| !matches!(ask, Ask::Look(_));
    if person.is_none() && grammar::parse(&say.text).as_ref().is_ok_and(asks_more) {
        return Err(Problem::LooksOnly);
    }
    let thread = match &say.thread {
        Some(thread) => Some(front.root(thread, channel, person.as_ref()).await?),
        None => None,
    };
    front
        .receive(person.as_ref(), channel, None, thread, Said::Text(say.text))
        .await
}

async fn press(State(front): State<Front>, body: Result<Json<Press>, JsonRejection>) -> Answer {
    let Json(press) = body.map_err(|error| Problem::BadBody(error.body_text()))?;
    let person = front.actor(&press.person)?;
    let message = front.visible(&press.message, Some(&person)).await?;
    if !may_be_pressed(&message, &press.button) {
        return Err(Problem::UnknownButton(
            message.buttons.into_iter().map(|(id, _)| id).collect(),
        ));
    }
    let channel = front.channel(&message.channel)?;
    let id = parse_message(&message.id)?;
    let thread = parse_message(message.thread.as_deref().unwrap_or(&message.id))?;
    let reason = press.input.and_then(|input| input.reason);
    let said = Said::Press {
        message: id.clone(),
        button: press.button,
        reason,
    };
    front
        .receive(Some(&person), channel, Some(id), Some(thread), said)
        .await
}

/// Whether the message has the button, or had it before it was edited: a late press is refused, and recorded, by the
/// request itself.
fn may_be_pressed(message: &ConsoleMessage, button: &str) -> bool {
    let has = message.buttons.iter().any(|(id, _)| id == button);
    let of_its_request =
        || Button::parse(button).is_some_and(|(request, _)| Some(request) == message.request);
    has || of_its_request()
}

async fn channel(State(front): State<Front>, Path(name): Path<String>, Query(who): Query<As>) -> Answer {
    let channel = front.channel(&name)?;
    let person = match &who.person {
        Some(person) => Some(front.actor(person)?),
        None => None,
    };
    let kept = front
        .site
        .ledger
        .messages(channel.as_str(), MESSAGES_MAX)
        .await
        .map_err(not_recorded)?;
    let messages: Vec<Message> = kept
        .into_iter()
        .filter(|message| message.only_for.is_none() || message.only_for == person)
        .map(Message::from)
        .collect();
    Ok(Json(json!({ "messages": messages })).into_response())
}

/// What the page needs to begin: who can be acted as, which channels there are, whether anybody can act at all.
async fn board(State(front): State<Front>) -> Answer {
    let people: Vec<Value> = front
        .site
        .people
        .persons
        .iter()
        .map(|(person, profile)| json!({ "id": person, "name": profile.name }))
        .collect();
    let requests = front.site.ledger.open_requests().await.map_err(not_recorded)?;
    Ok(Json(json!({
        "demo": front.site.demo,
        "people": people,
        "channels": *front.channels,
        "open": requests,
    }))
    .into_response())
}

async fn complete(State(front): State<Front>, Query(typed): Query<Typed>) -> Answer {
    let ledger = &front.site.ledger;
    let open = ledger.open_requests().await.map_err(not_recorded)?;
    let vocabulary = Vocabulary {
        environments: front
            .site
            .environments
            .keys()
            .map(Environment::to_string)
            .collect(),
        jobs: front.site.job_names(),
        requests: open.iter().rev().map(|row| row.id.to_string()).collect(),
    };
    let cursor = typed.cursor.unwrap_or_else(|| typed.text.chars().count());
    let found: Vec<Value> = grammar::complete(&typed.text, cursor, &vocabulary)
        .into_iter()
        .map(|completion| {
            let about = crate::wording::console::about(completion.key);
            json!({ "from": completion.from, "to": completion.to, "text": completion.text, "about": about })
        })
        .collect();
    Ok(Json(json!({ "completions": found })).into_response())
}

async fn events(State(front): State<Front>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let changes = BroadcastStream::new(front.console.changes());
    Sse::new(changes.map(|change| Ok(event(change.ok())))).keep_alive(KeepAlive::default())
}

/// A page that fell behind is told to read its channel again.
fn event(change: Option<Change>) -> Event {
    let change = change.unwrap_or(Change {
        channel: String::new(),
        message: String::new(),
    });
    Event::default().json_data(change).unwrap_or_default()
}

async fn attachment(State(front): State<Front>, Path(id): Path<String>) -> Answer {
    let found = front.site.ledger.attachment(&id).await.map_err(not_recorded)?;
    let file = found.ok_or(Problem::NotFound("picture"))?;
    Ok((
        StatusCode::OK,
        [(header::CONTENT_TYPE, file.media_type)],
        file.bytes,
    )
        .into_response())
}

impl Front {
    /// The person who acts: in demo mode anybody the config names, else nobody.
    fn actor(&self, name: &str) -> Result<Person, Problem> {
        if self.site.demo {
            self.person(name)
        } else {
            Err(Problem::ReadOnly)
        }
    }

    fn person(&self, name: &str) -> Result<Person, Problem> {
        let known = &self.site.people.persons;
        Person::parse(name)
            .ok()
            .filter(|person| known.contains_key(person))
            .ok_or_else(|| Problem::UnknownPerson(known.keys().map(ToString::to_string).collect()))
    }

    /// `ops` or `console:ops`.
    fn channel(&self, name: &str) -> Result<&Channel, Problem> {
        let name = name.strip_prefix("console:").unwrap_or(name);
        self.channels
            .iter()
            .find(|channel| channel.as_str() == name)
            .ok_or_else(|| Problem::UnknownChannel(self.channels.iter().map(ToString::to_string).collect()))
    }

    /// A message that this person can see.
    async fn visible(&self, id: &str, person: Option<&Person>) -> Result<ConsoleMessage, Problem> {
        let id = parse_message(id)?;
        let found = self.site.ledger.message(&id).await.map_err(not_recorded)?;
        found
            .filter(|message| message.only_for.as_ref().is_none_or(|only| Some(only) == person))
            .ok_or(Problem::NotFound("message"))
    }

    /// The root of the thread that a message is in.
    async fn root(&self, id: &str, channel: &Channel, person: Option<&Person>) -> Result<MessageId, Problem> {
        let message = self.visible(id, person).await?;
        if message.channel != channel.as_str() {
            return Err(Problem::NotFound("thread"));
        }
        parse_message(message.thread.as_deref().unwrap_or(&message.id))
    }

    async fn receive(
        &self,
        person: Option<&Person>,
        channel: &Channel,
        message: Option<MessageId>,
        thread: Option<MessageId>,
        said: Said,
    ) -> Answer {
        let delivery = Delivery {
            id: DeliveryId(format!("console-{}", hex::encode(self.dice.roll()))),
            account: Account {
                chat: Chat::Console,
                id: person.map_or_else(|| TERMINAL.to_owned(), Person::to_string),
            },
            place: Place {
                chat: Chat::Console,
                channel: channel.clone(),
            },
            message,
            thread,
            said,
            at: self.site.clock.now(),
        };
        let received = intake::receive(&self.site, &delivery)
            .await
            .map_err(not_recorded)?;
        self.console.changed(channel.as_str(), &received.message);
        Ok((StatusCode::ACCEPTED, Json(json!({ "message": received.message }))).into_response())
    }
}

fn parse_message(id: &str) -> Result<MessageId, Problem> {
    MessageId::parse(id).map_err(|_| Problem::NotFound("message"))
}

fn not_recorded(error: LedgerError) -> Problem {
    tracing::error!(
        error = &error as &dyn std::error::Error,
        "the console could not use the ledger"
    );
    Problem::NotRecorded
}

#[cfg(test)]
mod tests {
    use commands::names::{At, RequestId};

    use super::{ConsoleMessage, may_be_pressed};

    #[test]
    fn a_button_that_was_edited_away_reaches_its_request_and_no_other() {
        let card = ConsoleMessage {
            id: "m2".to_owned(),
            channel: "ops".to_owned(),
            thread: Some("m1".to_owned()),
            author: "sluice".to_owned(),
            at: At(0),
            text: String::new(),
            buttons: vec![("stop:R-1".to_owned(), "Stop".to_owned())],
            images: Vec::new(),
            request: Some(RequestId::new(1)),
            only_for: None,
            body: serde_json::Value::Null,
        };
        assert!(may_be_pressed(&card, "stop:R-1"));
        assert!(may_be_pressed(&card, "approve:R-1:7f2c"));
        assert!(!may_be_pressed(&card, "approve:R-2:7f2c"));
        assert!(!may_be_pressed(&card, "nonsense"));
    }
}
