//! What is read of the console: channels, what completes a command, pictures, and the feed of changes.

use std::convert::Infallible;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use commands::grammar;
use futures::StreamExt as _;
use serde::Deserialize;
use serde_json::{Value, json};

use super::front::{Answer, Front, not_read};
use super::problem::Problem;
use super::shown::Message;
use crate::chat::vocabulary::vocabulary;

/// The most messages of a channel that are shown.
const MESSAGES_MAX: u32 = 1_000;

#[derive(Debug, Deserialize)]
pub(super) struct As {
    #[serde(rename = "as")]
    person: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Typed {
    text: String,
    cursor: Option<usize>,
    #[serde(rename = "as")]
    person: Option<String>,
}

pub(super) async fn channel(
    State(front): State<Front>,
    Path(name): Path<String>,
    Query(who): Query<As>,
) -> Answer {
    let person = front.actor_if_any(who.person.as_deref())?;
    let channel = front
        .channel(&name)
        .map_err(|problem| problem.of(person.as_ref()))?;
    let ledger = &front.site.ledger;
    let kept = ledger
        .messages_for(channel.as_str(), person.as_ref(), MESSAGES_MAX)
        .await
        .map_err(not_read)?;
    let messages: Vec<Message> = kept.into_iter().map(Message::from).collect();
    Ok(Json(json!({ "messages": messages })).into_response())
}

/// What the page needs to begin: who can be acted as, which channels there are, whether anybody can act at all.
pub(super) async fn setup(State(front): State<Front>) -> Answer {
    let people: Vec<Value> = front
        .site
        .people
        .persons
        .iter()
        .map(|(person, profile)| json!({ "id": person, "name": profile.name }))
        .collect();
    Ok(Json(json!({
        "demo": front.site.demo,
        "people": people,
        "channels": *front.channels,
    }))
    .into_response())
}

pub(super) async fn complete(State(front): State<Front>, Query(typed): Query<Typed>) -> Answer {
    let person = front.actor_if_any(typed.person.as_deref())?;
    let reader = front.console.readers.of(person.as_ref());
    let vocabulary = vocabulary(&front.site).await.map_err(not_read)?;
    let cursor = typed.cursor.unwrap_or_else(|| typed.text.chars().count());
    let found: Vec<Value> = grammar::complete(&typed.text, cursor, &vocabulary)
        .into_iter()
        .map(|completion| {
            let about = crate::wording::console::about(completion.key, &reader.locale);
            json!({ "from": completion.from, "to": completion.to, "text": completion.text, "about": about })
        })
        .collect();
    Ok(Json(json!({ "completions": found })).into_response())
}

/// Changes as they come, with `as` only those that this person may know of. The stream ends for a follower that falls too
/// far behind: it reads its channel again, and comes back.
pub(super) async fn events(State(front): State<Front>, Query(who): Query<As>) -> Answer {
    let person = front.actor_if_any(who.person.as_deref())?;
    let asker = person.clone();
    let changes = front.console.feed.follow(person);
    let changes = changes.ok_or_else(|| Problem::TooManyFollowers.of(asker.as_ref()))?;
    let events =
        changes.map(|change| Ok::<_, Infallible>(Event::default().json_data(change).unwrap_or_default()));
    Ok(Sse::new(events).keep_alive(KeepAlive::default()).into_response())
}

pub(super) async fn attachment(State(front): State<Front>, Path(id): Path<String>) -> Answer {
    let found = front.site.ledger.attachment(&id).await.map_err(not_read)?;
    let file = found.ok_or(Problem::UnknownPicture)?;
    Ok(([(header::CONTENT_TYPE, file.media_type)], file.bytes).into_response())
}
