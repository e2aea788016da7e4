//! Interactions, events and the fields of commands.

use adapters::chat::slack::decode::{Filled, Heard, Unreadable, What, command, event, interaction};
use adapters::chat::slack::forms::{self, Sent};
use adapters::chat::slack::gate::Gate;
use adapters::wording::{Reader, Wording};
use approvals::intake::{DeliveryId, Said, first_answer};
use bolero::check;
use fuzz::grown::Grown;
use serde_json::Value;

use super::seeds::{self, APP, TEAM};

type Reading = fn(&Value) -> Result<Heard, Unreadable>;

#[test]
fn any_payload_is_read_or_refused() {
    let payloads = Grown::new(seeds::payloads());
    payloads.seeds().iter().for_each(is_read_safely);
    check!().with_generator(payloads).for_each(is_read_safely);
}

/// Whatever it is read as: always the same, with an id, from somebody, and without its secrets in any log.
pub fn is_read_safely(payload: &Value) {
    for read in [command as Reading, interaction, event] {
        let Ok(heard) = read(payload) else { continue };
        assert_eq!(read(payload).as_ref(), Ok(&heard));
        hides_its_tokens(&heard, payload);
        is_let_in_only_from_us(&heard, payload);
        match &heard.what {
            What::Delivery {
                id,
                message,
                thread,
                said,
            } => {
                is_an_id(id);
                assert!(heard.channel.is_some(), "said nowhere");
                assert!(!heard.user.is_empty(), "said by nobody");
                if let Said::Press { message: pressed, .. } = said {
                    assert_eq!(message.as_ref(), Some(pressed), "another message was pressed");
                    assert!(thread.is_some(), "pressed in no thread");
                }
                first_answer(said);
            }
            What::Form(filled) => is_a_form(filled),
            _ => {}
        }
    }
    if let Ok(Heard {
        what: What::Delivery { .. },
        ..
    }) = event(payload)
    {
        assert!(payload.pointer("/event/edited").is_none(), "an edit was heard");
        let bot = payload.pointer("/event/bot_id").and_then(Value::as_str);
        assert!(bot.is_none_or(str::is_empty), "a bot was heard");
    }
}

fn is_an_id(id: &DeliveryId) {
    let digest = id.0.strip_prefix("slack-").and_then(|id| id.split_once('-'));
    assert!(
        digest.is_some_and(|(_, hex)| hex.len() == 32 && hex.bytes().all(|b| b.is_ascii_hexdigit())),
        "{id:?}"
    );
}

fn is_a_form(filled: &Filled) {
    is_an_id(&filled.id);
    let wording = Wording::new("/flink");
    match forms::sent(filled, &wording, &Reader::new("en", None), &["orders".to_owned()]) {
        Ok(Sent::Said { said, .. }) => drop(first_answer(&said)),
        Ok(Sent::Answer(answer)) => assert!(answer["response_action"].is_string(), "{answer}"),
        Err(_) => {}
    }
}

/// Ids that nobody else can know are never shown, unless somebody wrote them into a text of his own.
fn hides_its_tokens(heard: &Heard, payload: &Value) {
    let shown = format!("{heard:?}");
    let whole = payload.to_string();
    for token in [&heard.tokens.trigger, &heard.tokens.reply_to]
        .into_iter()
        .flatten()
    {
        let said_once = whole.matches(token.as_str()).count() == 1;
        assert!(
            token.len() < 16 || !said_once || !shown.contains(token.as_str()),
            "{shown}"
        );
    }
}

fn is_let_in_only_from_us(heard: &Heard, payload: &Value) {
    let gate = Gate {
        app: APP.to_owned(),
        teams: vec![TEAM.to_owned()],
    };
    if gate.admit(&heard.origin).is_err() {
        return;
    }
    let said = |pointer| {
        payload
            .pointer(pointer)
            .and_then(Value::as_str)
            .filter(|said| !said.is_empty())
    };
    let shortcut = matches!(said("/type"), Some("message_action" | "shortcut"));
    match said("/api_app_id") {
        Some(app) => assert_eq!(app, APP, "for another app"),
        None => assert!(shortcut, "for no app"),
    }
    let teams = ["/team_id", "/team/id", "/user/team_id", "/event/user_team"].map(said);
    assert!(teams.contains(&Some(TEAM)), "from no workspace of ours");
}
