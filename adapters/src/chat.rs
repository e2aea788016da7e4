//! The chats: what a message is made of, and how each chat speaks.

pub mod card;
pub mod console;
pub mod slack;
