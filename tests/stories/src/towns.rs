//! The chats of stories, one file each.

pub(crate) mod both;
pub(crate) mod console;
pub(crate) mod discord;
mod ears;
pub(crate) mod slack;
