//! How a chat answers at once, before anything is worked off: chats want a reply within seconds, and some decide with it
//! who will see everything that follows. Decided from the words alone, without any I/O.

use commands::ask::{Ask, Look};
use commands::grammar;

use super::Said;
use crate::notice::Press;

/// What a chat's first answer is. What completes a text while it is typed is no answer to anything said: that is
/// [`commands::grammar::complete`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstAnswer {
    /// Only who said it will see the answer.
    Private,
    /// Everybody in the channel will.
    Public,
    /// Something must be filled in first: the delivery is not stored before it is.
    Form,
}

/// The first answer to what was said. A chat without forms takes [`FirstAnswer::Form`] for `Private`.
pub fn first_answer(said: &Said) -> FirstAnswer {
    match said {
        Said::Text(text) if text.trim().is_empty() => FirstAnswer::Form,
        Said::Text(text) => match grammar::parse(text) {
            Ok(Ask::Look(Look::Help(_) | Look::Whoami | Look::Explain(_))) => FirstAnswer::Private,
            Ok(Ask::Look(_) | Ask::Change(_)) => FirstAnswer::Public,
            Ok(Ask::Decide(_)) | Err(_) => FirstAnswer::Private,
        },
        Said::Press {
            button, reason: None, ..
        } if asks(button) => FirstAnswer::Form,
        Said::Press { .. } => FirstAnswer::Private,
    }
}

/// Whether a button wants a reason before it counts.
fn asks(button: &str) -> bool {
    matches!(Press::parse(button), Some((_, Press::Deny(_))))
}

#[cfg(test)]
mod tests {
    use commands::names::MessageId;

    use super::*;

    fn typed(text: &str) -> FirstAnswer {
        first_answer(&Said::Text(text.to_owned()))
    }

    fn pressed(button: &str, reason: Option<&str>) -> FirstAnswer {
        first_answer(&Said::Press {
            message: MessageId::parse("m1").unwrap(),
            button: button.to_owned(),
            reason: reason.map(str::to_owned),
        })
    }

    #[test]
    fn what_concerns_one_person_is_answered_privately() {
        for text in [
            "help",
            "whoami",
            "explain R-1",
            "approve R-1",
            "nonsense",
            "scale orders paralellism 4",
        ] {
            assert_eq!(typed(text), FirstAnswer::Private, "{text}");
        }
        for text in ["status", "jobs", "requests", "scale orders parallelism 4"] {
            assert_eq!(typed(text), FirstAnswer::Public, "{text}");
        }
    }

    #[test]
    fn what_needs_more_words_opens_a_form_and_only_once() {
        assert_eq!(typed("  "), FirstAnswer::Form);
        assert_eq!(pressed("deny:R-1:ab", None), FirstAnswer::Form);
        assert_eq!(pressed("deny:R-1:ab", Some("no")), FirstAnswer::Private);
        assert_eq!(pressed("approve:R-1:ab", None), FirstAnswer::Private);
        assert_eq!(pressed("unknown", None), FirstAnswer::Private);
    }
}
