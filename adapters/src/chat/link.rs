//! How the link to a chat is doing: what `/status` and the metrics show.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU8, AtomicU64, AtomicUsize, Ordering::Relaxed};

use commands::names::At;

/// The state of the link, noted by who receives.
#[derive(Debug, Default)]
pub struct Link {
    called: AtomicBool,
    up: AtomicUsize,
    /// Milliseconds since 1970; 0: never.
    last_beat: AtomicI64,
    trouble: AtomicU8,
    deaf: AtomicU64,
    unreadable: AtomicU64,
    refused: AtomicU64,
}

/// What keeps the link down, where only a person can mend it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Somebody switched off what the link needs, such as Socket Mode.
    Disabled,
    /// The token is refused, or is another app's.
    Token,
}

/// What was counted since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counted {
    /// Links that heard nothing any more and were made anew.
    pub deaf: u64,
    /// Things that could not be read, and were not acknowledged.
    pub unreadable: u64,
    /// Things that came from elsewhere, and were not let in.
    pub refused: u64,
}

impl Link {
    /// Sockets that are open.
    pub fn up(&self) -> usize {
        self.up.load(Relaxed)
    }

    /// Whether the chat calls us, so that there is no socket to be open.
    pub fn is_called(&self) -> bool {
        self.called.load(Relaxed)
    }

    /// When something was last heard.
    pub fn last_beat(&self) -> Option<At> {
        Some(self.last_beat.load(Relaxed)).filter(|at| *at > 0).map(At)
    }

    /// What keeps the link down.
    pub fn trouble(&self) -> Option<Trouble> {
        match self.trouble.load(Relaxed) {
            1 => Some(Trouble::Disabled),
            2 => Some(Trouble::Token),
            _ => None,
        }
    }

    /// What was counted.
    pub fn counted(&self) -> Counted {
        Counted {
            deaf: self.deaf.load(Relaxed),
            unreadable: self.unreadable.load(Relaxed),
            refused: self.refused.load(Relaxed),
        }
    }

    /// The chat calls us.
    pub(in crate::chat) fn will_be_called(&self) {
        self.called.store(true, Relaxed);
    }

    /// One more socket is open, until the value goes.
    pub(in crate::chat) fn opened(&self) -> Opened<'_> {
        self.up.fetch_add(1, Relaxed);
        self.trouble.store(0, Relaxed);
        Opened(self)
    }

    pub(in crate::chat) fn beat(&self, now: At) {
        self.last_beat.fetch_max(now.0, Relaxed);
    }

    pub(in crate::chat) fn has(&self, trouble: Trouble) {
        let code = match trouble {
            Trouble::Disabled => 1,
            Trouble::Token => 2,
        };
        self.trouble.store(code, Relaxed);
    }

    pub(in crate::chat) fn was_deaf(&self) {
        self.deaf.fetch_add(1, Relaxed);
    }

    pub(in crate::chat) fn could_not_read(&self) {
        self.unreadable.fetch_add(1, Relaxed);
    }

    pub(in crate::chat) fn did_not_let_in(&self) {
        self.refused.fetch_add(1, Relaxed);
    }
}

/// An open socket.
#[derive(Debug)]
pub(in crate::chat) struct Opened<'l>(&'l Link);

impl Drop for Opened<'_> {
    fn drop(&mut self) {
        self.0.up.fetch_sub(1, Relaxed);
    }
}
