//! How each outside system speaks, and in which words Sluice does.
//!
//! [`wording`] turns a notice into a [`chat::card::Card`], the same for every chat; each chat gives the card its own look.
//! No other module of Sluice holds a sentence for people.
//!
//! This crate never knows who may say yes, no SQL, and not what a good plan is.
//!
//! Read next: `http`, `wording`, `chat::card`, `chat::console`.

rust_i18n::i18n!("locales", fallback = "en");

pub mod http;
pub mod metrics;
pub mod platforms;
pub mod process;

pub mod chat;
pub mod wording;
