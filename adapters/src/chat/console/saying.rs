//! What is said and pressed on the console: a delivery, on disk before it is answered.

use approvals::intake::{self, Delivery, DeliveryId, Said};
use approvals::ledger::ConsoleMessage;
use approvals::notice::Press as Button;
use approvals::people::Account;
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use commands::ask::Ask;
use commands::grammar;
use commands::names::{Channel, Chat, MessageId, Person, Place};
use serde::Deserialize;
use serde_json::json;

use super::front::{Answer, Front, parse_message};
use super::problem::Problem;

/// The longest command, characters: the grammar reads no longer one.
const TEXT_MAX: usize = 4_000;

/// The account of who names nobody. It is no key that a person could have, so it is never linked to one.
const TERMINAL: &str = "(terminal)";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Say {
    /// Without it nobody in particular asks, and only looks are answered.
    #[serde(rename = "as")]
    person: Option<String>,
    channel: String,
    thread: Option<String>,
    text: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Press {
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

pub(super) async fn say(State(front): State<Front>, body: Result<Json<Say>, JsonRejection>) -> Answer {
    let say = read(body)?;
    let person = front.actor_if_any(say.person.as_deref())?;
    let said = front.say(person.as_ref(), say).await;
    said.map(accepted).map_err(|problem| problem.of(person.as_ref()))
}

pub(super) async fn press(State(front): State<Front>, body: Result<Json<Press>, JsonRejection>) -> Answer {
    let press = read(body)?;
    let person = front.actor(&press.person)?;
    let pressed = front.press(&person, press).await;
    pressed.map(accepted).map_err(|problem| problem.of(Some(&person)))
}

fn accepted(message: MessageId) -> axum::response::Response {
    (StatusCode::ACCEPTED, Json(json!({ "message": message }))).into_response()
}

fn read<T>(body: Result<Json<T>, JsonRejection>) -> Result<T, Problem> {
    body.map(|Json(body)| body)
        .map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Problem::BodyTooLong,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Problem::WrongType,
            _ => Problem::BadBody(rejection.body_text()),
        })
}

impl Front {
    async fn say(&self, person: Option<&Person>, say: Say) -> Result<MessageId, Problem> {
        let channel = self.channel(&say.channel)?;
        match say.text.chars().count() {
            0 => return Err(Problem::Empty),
            length if length > TEXT_MAX => return Err(Problem::TextTooLong(length)),
            _ => {}
        }
        let asks_more = |ask: &Ask| !matches!(ask, Ask::Look(_));
        if person.is_none() && grammar::parse(&say.text).as_ref().is_ok_and(asks_more) {
            return Err(Problem::LooksOnly);
        }
        let thread = match &say.thread {
            Some(thread) => Some(self.root(thread, channel, person).await?),
            None => None,
        };
        self.receive(person, channel, None, thread, Said::Text(say.text))
            .await
    }

    async fn press(&self, person: &Person, press: Press) -> Result<MessageId, Problem> {
        let message = self.visible(&press.message, Some(person)).await?;
        if !may_be_pressed(&message, &press.button) {
            let there_are = message.buttons.into_iter().map(|(id, _)| id).collect();
            return Err(Problem::UnknownButton(there_are));
        }
        let channel = self.channel(&message.channel)?;
        let id = parse_message(&message.id)?;
        let thread = parse_message(message.thread.as_deref().unwrap_or(&message.id))?;
        let said = Said::Press {
            message: id.clone(),
            button: press.button,
            reason: press.input.and_then(|input| input.reason),
        };
        self.receive(Some(person), channel, Some(id), Some(thread), said)
            .await
    }

    /// The root of the thread that a message is in.
    async fn root(&self, id: &str, channel: &Channel, person: Option<&Person>) -> Result<MessageId, Problem> {
        let message = self.visible(id, person).await;
        let message = message.map_err(|problem| match problem {
            Problem::UnknownMessage => Problem::UnknownThread,
            other => other,
        })?;
        if message.channel != channel.as_str() {
            return Err(Problem::UnknownThread);
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
    ) -> Result<MessageId, Problem> {
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
        let received = intake::receive(&self.site, &delivery).await.map_err(|error| {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "what was said is not recorded"
            );
            Problem::NotRecorded
        })?;
        self.console
            .heard(channel.as_str(), &received.message, delivery.at);
        Ok(received.message)
    }
}

/// Whether the message has the button, or had it before it was edited: a late press is refused, and recorded, by the
/// request itself.
fn may_be_pressed(message: &ConsoleMessage, button: &str) -> bool {
    let has = message.buttons.iter().any(|(id, _)| id == button);
    let of_its_request =
        || Button::parse(button).is_some_and(|(request, _)| Some(request) == message.request);
    has || of_its_request()
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
