//! What Discord says that is stored whenever it is new.

use super::letters::PATH;
use super::seeds::snowflake;
use crate::said::{Says, Seed, anew, read};
use crate::town::NOW;

/// All of it.
pub const SAYS: &[Says] = &[
    Says {
        path: PATH,
        body: command,
    },
    Says {
        path: PATH,
        body: press,
    },
    Says {
        path: PATH,
        body: form,
    },
];

static COMMAND: Seed = Seed::new(|| read("tests/fuzz/corpus/discord-payloads/our_command.json"));
static PRESS: Seed = Seed::new(|| read("tests/fuzz/corpus/discord-payloads/our_press.json"));
static FORM: Seed = Seed::new(|| read("tests/fuzz/corpus/discord-payloads/our_form_reason.json"));

fn command(number: u32) -> Vec<u8> {
    interaction(&COMMAND, number)
}

fn press(number: u32) -> Vec<u8> {
    interaction(&PRESS, number)
}

fn form(number: u32) -> Vec<u8> {
    interaction(&FORM, number)
}

fn interaction(seed: &Seed, number: u32) -> Vec<u8> {
    let payload = anew(seed, "/id", snowflake(NOW, number));
    payload.to_string().into_bytes()
}
