//! The chats: what a message is made of, and how each chat speaks.

pub mod card;
pub mod console;
pub mod discord;
pub mod link;
pub mod slack;
pub mod voice;

mod composed;
mod connect;
mod looked;
mod pauses;
mod signed;
mod storing;
mod ticks;
mod vocabulary;
