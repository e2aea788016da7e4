//! The chats of stories, one file each.

pub(crate) mod both;
pub(crate) mod console;
pub(crate) mod discord;
pub(crate) mod slack;
