//! What the console's API says against a call, and what its completions are about.

use rust_i18n::t;

use crate::chat::console::shown::Problem;

/// The API's one language: it is read by scripts, and by the page in an alert.
const LANGUAGE: &str = "en";

/// A problem's code, what is wrong, and what to do instead.
pub fn problem(problem: &Problem) -> (&'static str, String, String) {
    let l = LANGUAGE;
    match problem {
        Problem::WrongHost => no(
            "WRONG_HOST",
            t!("console.wrong_host.says", locale = l),
            t!("console.wrong_host.next", locale = l),
        ),
        Problem::WrongOrigin => no(
            "WRONG_ORIGIN",
            t!("console.wrong_origin.says", locale = l),
            t!("console.wrong_origin.next", locale = l),
        ),
        Problem::NoToken => no(
            "NO_TOKEN",
            t!("console.no_token.says", locale = l),
            t!("console.no_token.next", locale = l),
        ),
        Problem::ReadOnly => no(
            "READ_ONLY",
            t!("console.read_only.says", locale = l),
            t!("console.read_only.next", locale = l),
        ),
        Problem::LooksOnly => no(
            "LOOKS_ONLY",
            t!("console.looks_only.says", locale = l),
            t!("console.looks_only.next", locale = l),
        ),
        Problem::UnknownChannel(known) => no(
            "UNKNOWN_CHANNEL",
            t!("console.unknown_channel.says", locale = l),
            t!(
                "console.unknown_channel.next",
                locale = l,
                known = known.join(", ")
            ),
        ),
        Problem::UnknownPerson(known) => no(
            "UNKNOWN_PERSON",
            t!("console.unknown_person.says", locale = l),
            t!(
                "console.unknown_person.next",
                locale = l,
                known = known.join(", ")
            ),
        ),
        Problem::NotFound(what) => no(
            "NOT_FOUND",
            t!("console.not_found.says", locale = l, what = what),
            t!("console.not_found.next", locale = l),
        ),
        Problem::UnknownButton(known) => no(
            "UNKNOWN_BUTTON",
            t!("console.unknown_button.says", locale = l),
            t!(
                "console.unknown_button.next",
                locale = l,
                known = known.join(", ")
            ),
        ),
        Problem::BadBody(why) => no(
            "BAD_BODY",
            t!("console.bad_body.says", locale = l, why = why),
            t!("console.bad_body.next", locale = l),
        ),
        Problem::Empty => no(
            "EMPTY",
            t!("console.empty.says", locale = l),
            t!("console.empty.next", locale = l),
        ),
        Problem::TooLong(length) => no(
            "TEXT_TOO_LONG",
            t!("console.too_long.says", locale = l, length = length),
            t!("console.too_long.next", locale = l),
        ),
        Problem::NotRecorded => no(
            "NOT_RECORDED",
            t!("console.not_recorded.says", locale = l),
            t!("console.not_recorded.next", locale = l),
        ),
    }
}

/// What a completion is about; empty for a name.
pub fn about(key: &str) -> String {
    if key.is_empty() {
        String::new()
    } else {
        t!(key, locale = LANGUAGE).into_owned()
    }
}

fn no(
    code: &'static str,
    says: impl Into<String>,
    next: impl Into<String>,
) -> (&'static str, String, String) {
    (code, says.into(), next.into())
}
