//! Words to somebody whose message could not be taken, in any chat.

use rust_i18n::t;

/// Nothing was recorded.
pub fn not_recorded(locale: &str) -> String {
    t!("chats.not_recorded", locale = locale).into_owned()
}

/// It is not known whether it was recorded.
pub fn perhaps_recorded(locale: &str) -> String {
    t!("chats.perhaps_recorded", locale = locale).into_owned()
}
