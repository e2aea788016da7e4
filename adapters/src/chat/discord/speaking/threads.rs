//! Threads, opened under the message that begins them. The thread has that message's id, so opening it twice does no harm.
//!
//! <https://discord.com/developers/docs/topics/threads>

use std::collections::HashSet;
use std::sync::Mutex;

use approvals::ports::Fault;
use serenity::all::AutoArchiveDuration;
use serenity::builder::CreateThread;

use crate::chat::card::clipped;
use crate::chat::discord::api::{self, Api, Call, is_refusal};

/// Characters of a thread's name.
const NAME_CHARS: usize = 100;
/// Threads remembered; one that was forgotten is opened again, which Discord answers with "it is there".
const KEPT: usize = 2_000;

/// Threads that are known to be there.
#[derive(Debug, Default)]
pub struct Threads(Mutex<HashSet<String>>);

impl Threads {
    /// Opens the thread under a message, where it is not there yet.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub async fn open(&self, api: &Api, channel: &str, root: &str, name: &str) -> Result<(), Fault> {
        if self.0.lock().is_ok_and(|known| known.contains(root)) {
            return Ok(());
        }
        // A week of silence closes it: a vote may take that long.
        let thread =
            CreateThread::new(clipped(name, NAME_CHARS)).auto_archive_duration(AutoArchiveDuration::OneWeek);
        match api.call(&Call::open_thread(channel, root, &thread)).await {
            Ok(_) => {}
            Err(fault) if is_refusal(&fault, api::THREAD_EXISTS) => {}
            // A thread that begins under no message, or under one that was deleted since.
            Err(fault) if is_refusal(&fault, api::MESSAGE_GONE) => {}
            Err(fault) => return Err(fault),
        }
        if let Ok(mut known) = self.0.lock() {
            if known.len() >= KEPT {
                known.clear();
            }
            known.insert(root.to_owned());
        }
        Ok(())
    }

    /// It may be gone: it is opened again before the next message.
    pub fn forget(&self, root: &str) {
        if let Ok(mut known) = self.0.lock() {
            known.remove(root);
        }
    }
}
