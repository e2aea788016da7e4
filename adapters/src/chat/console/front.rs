//! The console's HTTP API: say, press, read a channel, follow the changes.
//!
//! Everything under `/api` wants the token of this start. `say` and `press` exist in demo mode only, and answer once the
//! delivery is on disk. A problem is put into words at the very end, in the language of whoever asked.

use std::sync::Arc;

use approvals::ledger::{ConsoleMessage, LedgerError};
use approvals::ports::Dice;
use approvals::site::Site;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::HeaderMap;
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, post};
use commands::names::{Channel, MessageId, Person};

use super::guard::{self, Gate};
use super::problem::{Problem, Refused, told};
use super::{Console, board, language, page, reading, saying};
use crate::wording::Reader;
use crate::wording::console::languages;

/// The largest body of a request, bytes.
const BODY_MAX: usize = 1 << 20;

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
    pub channels: Arc<[Channel]>,
    /// What a caller must know.
    pub gate: Gate,
}

/// What a call answers.
pub(super) type Answer = Result<Response, Refused>;

/// The page and its API.
pub fn router(front: Front) -> Router {
    let gate = front.gate.clone();
    let api = Router::new()
        .route("/say", post(saying::say))
        .route("/press", post(saying::press))
        .route("/setup", get(reading::setup))
        .route("/board", get(board::open))
        .route("/complete", get(reading::complete))
        .route("/channels/{channel}", get(reading::channel))
        .route("/events", get(reading::events))
        .route("/attachments/{id}", get(reading::attachment))
        .fallback(async || Problem::UnknownRoute)
        .method_not_allowed_fallback(async || Problem::WrongMethod)
        .layer(middleware::from_fn_with_state(gate.clone(), guard::token));
    Router::new()
        .route("/", get(page::index))
        .route("/page/{name}", get(page::asset))
        .nest("/api", api)
        .fallback(async || Problem::UnknownRoute)
        .method_not_allowed_fallback(async || Problem::WrongMethod)
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .layer(middleware::from_fn_with_state(gate, guard::same_site))
        .layer(middleware::from_fn_with_state(front.clone(), speak))
        .layer(middleware::from_fn(guard::bind))
        .with_state(front)
}

/// Puts a problem into words: in the asker's language where it is known, else in the one that the browser likes best.
async fn speak(State(front): State<Front>, request: Request, next: Next) -> Response {
    let preferred = language::preferred(request.headers(), &languages());
    let mut response = next.run(request).await;
    match response.extensions_mut().remove::<Refused>() {
        Some(Refused { problem, asker }) => {
            let channel = &front.console.readers.of(asker.as_ref()).locale;
            let locale = if asker.is_some() { None } else { preferred.as_ref() };
            told(&problem, locale.unwrap_or(channel))
        }
        None => response,
    }
}

impl Front {
    /// Whoever looks at the page as nobody in particular: with the language that the browser likes best, else as channels do.
    pub(super) fn reader(&self, headers: &HeaderMap) -> Reader {
        let channel = self.console.readers.of(None);
        let locale = language::preferred(headers, &languages()).unwrap_or_else(|| channel.locale.clone());
        Reader {
            locale,
            ..channel.clone()
        }
    }

    /// The person who acts: in demo mode anybody the config names, else nobody.
    pub(super) fn actor(&self, name: &str) -> Result<Person, Problem> {
        let known = &self.site.people.persons;
        if !self.site.demo {
            return Err(Problem::ReadOnly);
        }
        Person::parse(name)
            .ok()
            .filter(|person| known.contains_key(person))
            .ok_or_else(|| Problem::UnknownPerson(known.keys().map(ToString::to_string).collect()))
    }

    /// The person who acts, where one is named.
    pub(super) fn actor_if_any(&self, name: Option<&str>) -> Result<Option<Person>, Problem> {
        name.map(|name| self.actor(name)).transpose()
    }

    /// `ops` or `console:ops`.
    pub(super) fn channel(&self, name: &str) -> Result<&Channel, Problem> {
        let name = name.strip_prefix("console:").unwrap_or(name);
        self.channels
            .iter()
            .find(|channel| channel.as_str() == name)
            .ok_or_else(|| Problem::UnknownChannel(self.channels.iter().map(ToString::to_string).collect()))
    }

    /// A message that this person can see.
    pub(super) async fn visible(&self, id: &str, person: Option<&Person>) -> Result<ConsoleMessage, Problem> {
        let id = parse_message(id)?;
        let found = self.site.ledger.message(&id).await.map_err(not_read)?;
        found
            .filter(|message| message.only_for.as_ref().is_none_or(|only| Some(only) == person))
            .ok_or(Problem::UnknownMessage)
    }
}

pub(super) fn parse_message(id: &str) -> Result<MessageId, Problem> {
    MessageId::parse(id).map_err(|_| Problem::UnknownMessage)
}

pub(super) fn not_read(error: LedgerError) -> Problem {
    tracing::error!(
        error = &error as &dyn std::error::Error,
        "the console could not read the ledger"
    );
    Problem::NotRead
}
