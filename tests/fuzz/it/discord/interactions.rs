//! Interactions.

use adapters::chat::discord::catalog;
use adapters::chat::discord::decode::{Heard, Press, What, interaction};
use adapters::chat::discord::forms::{self, Sent};
use adapters::chat::discord::gate::Gate;
use approvals::intake::{Said, first_answer};
use bolero::check;
use fuzz::grown::Grown;
use secrecy::ExposeSecret as _;
use serde_json::Value;

use super::seeds::{self, APPLICATION, GUILD};
use crate::town::NOW;

#[test]
fn any_interaction_is_read_or_refused() {
    let payloads = Grown::new(seeds::payloads());
    let let_in = payloads.seeds().iter().filter(|seed| is_read_safely(seed));
    assert!(let_in.count() > 0, "no seed is let in: nothing would be tried");
    check!().with_generator(payloads).for_each(|payload| {
        is_read_safely(payload);
    });
}

/// Whatever it is read as: always the same, with an id, from somebody, and without its token in any log. Returns whether
/// it was let in.
fn is_read_safely(payload: &Value) -> bool {
    let Ok(heard) = interaction(payload) else {
        return false;
    };
    let again = interaction(payload).unwrap();
    assert_eq!(format!("{heard:?}"), format!("{again:?}"));
    hides_its_token(&heard, payload);
    assert!(!heard.id.is_empty(), "it has no id");
    if heard.what != What::Ping {
        assert!(heard.channel.is_some(), "said nowhere");
        assert!(!heard.user.is_empty(), "said by nobody");
    }
    match &heard.what {
        What::Command(typed) | What::Completion(typed) => {
            if let Some(text) = catalog::text(typed) {
                first_answer(&Said::Text(text));
            }
        }
        What::Press(press) => is_of_its_message(press, payload),
        What::Form(filled) => match forms::sent(filled.clone()) {
            Some(Sent::Press(press, _)) => is_of_its_message(&press, payload),
            Some(Sent::Text(text)) => drop(first_answer(&Said::Text(text))),
            None => {}
        },
        What::Ping | What::Nothing(_) => {}
    }
    is_let_in_only_from_us(&heard, payload)
}

fn is_of_its_message(press: &Press, payload: &Value) {
    let said = payload.pointer("/message/id").and_then(Value::as_str);
    assert_eq!(said, Some(press.message.as_str()), "another message was pressed");
    first_answer(&forms::said(press, None));
}

/// The token answers for a quarter of an hour: it is never shown, unless somebody wrote it into a text of his own.
fn hides_its_token(heard: &Heard, payload: &Value) {
    let token = heard.token.expose_secret();
    let said_once = payload.to_string().matches(token).count() == 1;
    let shown = format!("{heard:?}");
    assert!(
        token.len() < 16 || !said_once || !shown.contains(token),
        "{shown}"
    );
}

fn is_let_in_only_from_us(heard: &Heard, payload: &Value) -> bool {
    let gate = Gate {
        application: APPLICATION.to_owned(),
        guilds: vec![GUILD.to_owned()],
    };
    if heard.what == What::Ping || gate.admit(&heard.origin, NOW).is_err() {
        return false;
    }
    let ours = [
        ("/application_id", APPLICATION),
        ("/guild_id", GUILD),
        ("/authorizing_integration_owners/0", GUILD),
    ];
    for (pointer, ours) in ours {
        let said = payload.pointer(pointer).and_then(Value::as_str);
        assert_eq!(said, Some(ours), "{pointer}");
    }
    let member = &payload["member"];
    assert!(member.is_object(), "let in from a direct message");
    assert_ne!(member["pending"], true, "has not accepted the rules");
    assert_ne!(member["user"]["bot"], true, "a bot");
    true
}
