//! Why the API does not do what was asked: a status, a code, and the sentence that a reader's language has for it.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use commands::names::Person;

/// Why the API does not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The Host is not this listener's.
    WrongHost,
    /// The Origin is another page's.
    WrongOrigin,
    /// The token is missing or of another start.
    NoToken,
    /// Nobody acts here outside demo mode.
    ReadOnly,
    /// Who names nobody may only look.
    LooksOnly,
    /// No such channel; those there are.
    UnknownChannel(Vec<String>),
    /// No such person; those there are.
    UnknownPerson(Vec<String>),
    /// No such call.
    UnknownRoute,
    /// That call takes another method.
    WrongMethod,
    /// No such message.
    UnknownMessage,
    /// No such thread in that channel.
    UnknownThread,
    /// No such picture.
    UnknownPicture,
    /// No such request.
    UnknownRequest,
    /// No such button under that message; those there are.
    UnknownButton(Vec<String>),
    /// The body is not what the call takes; what is wrong with it.
    BadBody(String),
    /// The body is no JSON by its own word.
    WrongType,
    /// The body is longer than the API reads.
    BodyTooLong,
    /// The text is empty.
    Empty,
    /// The text is too long; its characters.
    TextTooLong(usize),
    /// As many follow the changes as may.
    TooManyFollowers,
    /// The ledger cannot write.
    NotRecorded,
    /// The ledger cannot be read.
    NotRead,
}

/// What is said of a problem besides its sentence.
pub struct Said {
    /// Of the answer.
    pub status: StatusCode,
    /// For scripts.
    pub code: &'static str,
    /// Where its sentences stand, below `console.problem`.
    pub key: &'static str,
    /// The fact in them, by its name.
    pub fact: Option<(&'static str, String)>,
}

impl Problem {
    /// The one table of them.
    pub fn said(&self) -> Said {
        use Problem as P;
        use StatusCode as S;
        let known = |names: &[String]| Some(("known", names.join(", ")));
        let (status, code, key, fact) = match self {
            P::WrongHost => (S::FORBIDDEN, "WRONG_HOST", "wrong_host", None),
            P::WrongOrigin => (S::FORBIDDEN, "WRONG_ORIGIN", "wrong_origin", None),
            P::NoToken => (S::UNAUTHORIZED, "NO_TOKEN", "no_token", None),
            P::ReadOnly => (S::FORBIDDEN, "READ_ONLY", "read_only", None),
            P::LooksOnly => (S::FORBIDDEN, "LOOKS_ONLY", "looks_only", None),
            P::UnknownChannel(names) => (S::NOT_FOUND, "UNKNOWN_CHANNEL", "unknown_channel", known(names)),
            P::UnknownPerson(names) => (S::BAD_REQUEST, "UNKNOWN_PERSON", "unknown_person", known(names)),
            P::UnknownRoute => (S::NOT_FOUND, "NOT_FOUND", "unknown_route", None),
            P::WrongMethod => (S::METHOD_NOT_ALLOWED, "WRONG_METHOD", "wrong_method", None),
            P::UnknownMessage => (S::NOT_FOUND, "NOT_FOUND", "unknown_message", None),
            P::UnknownThread => (S::NOT_FOUND, "NOT_FOUND", "unknown_thread", None),
            P::UnknownPicture => (S::NOT_FOUND, "NOT_FOUND", "unknown_picture", None),
            P::UnknownRequest => (S::NOT_FOUND, "NOT_FOUND", "unknown_request", None),
            P::UnknownButton(ids) => (S::BAD_REQUEST, "UNKNOWN_BUTTON", "unknown_button", known(ids)),
            P::BadBody(why) => (S::BAD_REQUEST, "BAD_BODY", "bad_body", Some(("why", why.clone()))),
            P::WrongType => (S::UNSUPPORTED_MEDIA_TYPE, "WRONG_TYPE", "wrong_type", None),
            P::BodyTooLong => (S::PAYLOAD_TOO_LARGE, "BODY_TOO_LONG", "body_too_long", None),
            P::Empty => (S::BAD_REQUEST, "EMPTY", "empty", None),
            P::TextTooLong(length) => {
                let fact = Some(("length", length.to_string()));
                (S::PAYLOAD_TOO_LARGE, "TEXT_TOO_LONG", "text_too_long", fact)
            }
            P::TooManyFollowers => (
                S::TOO_MANY_REQUESTS,
                "TOO_MANY_FOLLOWERS",
                "too_many_followers",
                None,
            ),
            P::NotRecorded => (S::SERVICE_UNAVAILABLE, "NOT_RECORDED", "not_recorded", None),
            P::NotRead => (S::SERVICE_UNAVAILABLE, "NOT_READ", "not_read", None),
        };
        Said {
            status,
            code,
            key,
            fact,
        }
    }

    /// The problem, for the person who asked.
    pub(super) fn of(self, asker: Option<&Person>) -> Refused {
        Refused {
            problem: self,
            asker: asker.cloned(),
        }
    }

    /// One of each, for the test that every one has its words.
    #[cfg(test)]
    pub(crate) fn one_of_each() -> Vec<Self> {
        let names = || vec!["ops".to_owned()];
        vec![
            Self::WrongHost,
            Self::WrongOrigin,
            Self::NoToken,
            Self::ReadOnly,
            Self::LooksOnly,
            Self::UnknownChannel(names()),
            Self::UnknownPerson(names()),
            Self::UnknownRoute,
            Self::WrongMethod,
            Self::UnknownMessage,
            Self::UnknownThread,
            Self::UnknownPicture,
            Self::UnknownRequest,
            Self::UnknownButton(names()),
            Self::BadBody("a comma is missing".to_owned()),
            Self::WrongType,
            Self::BodyTooLong,
            Self::Empty,
            Self::TextTooLong(4_001),
            Self::TooManyFollowers,
            Self::NotRecorded,
            Self::NotRead,
        ]
    }
}

/// A problem on its way out, with whoever asked, where that is known: the words are found at the very end, in the asker's
/// language or the one that the browser prefers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refused {
    pub problem: Problem,
    pub asker: Option<Person>,
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        problem.of(None)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = self.problem.said().status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        Refused::from(self).into_response()
    }
}

/// `{"error": {code, message, next}}`, in this language.
pub(super) fn told(problem: &Problem, locale: &str) -> Response {
    let said = problem.said();
    let (message, next) = crate::wording::console::problem(&said, locale);
    let error = serde_json::json!({ "error": { "code": said.code, "message": message, "next": next } });
    (said.status, Json(error)).into_response()
}
