//! What Slack says that is stored whenever it is new: one thing at each address.

use super::letters::Door;
use super::seeds::{as_form, in_form};
use crate::said::{Says, Seed, anew, read};

/// All of it.
pub const SAYS: &[Says] = &[
    Says {
        path: Door::Commands.path(),
        body: command,
    },
    Says {
        path: Door::Interactions.path(),
        body: press,
    },
    Says {
        path: Door::Events.path(),
        body: mention,
    },
];

static COMMAND: Seed = Seed::new(|| read("tests/fuzz/corpus/slack-payloads/our_command.json"));
static PRESS: Seed = Seed::new(|| read("tests/fuzz/corpus/slack-payloads/our_press.json"));
static MENTION: Seed = Seed::new(|| read("tests/fuzz/corpus/slack-payloads/our_mention.json"));

fn command(number: u32) -> Vec<u8> {
    as_form(&anew(&COMMAND, "/trigger_id", format!("{number}.1.command")))
}

fn press(number: u32) -> Vec<u8> {
    in_form(&anew(&PRESS, "/trigger_id", format!("{number}.1.press")))
}

fn mention(number: u32) -> Vec<u8> {
    let payload = anew(&MENTION, "/event_id", format!("Ev{number}"));
    payload.to_string().into_bytes()
}
