//! What every chat needs to speak: words, the language of who reads, and who is woken.

use std::collections::BTreeSet;

use approvals::notice::{Notice, RequestView, StateView};
use approvals::people::{Account, People};
use approvals::ports::{Address, Fault};
use commands::names::{MessageId, Person};

use crate::http::rejected;
use crate::wording::{Reader, Wording};

/// What a chat needs to speak, besides its API.
#[derive(Debug, Clone)]
pub struct Voice {
    /// The words.
    pub wording: Wording,
    /// Language of the channels.
    pub language: String,
    /// Everybody the config names.
    pub people: People,
}

impl Voice {
    /// In the language and by the clock of the person behind an account, or of the channel.
    pub fn reader(&self, account: Option<&Account>) -> Reader {
        let person = account.and_then(|account| self.people.person_of(account));
        let profile = person.and_then(|person| self.people.persons.get(&person));
        let language = profile
            .and_then(|profile| profile.language.as_ref())
            .unwrap_or(&self.language);
        let zone = profile.and_then(|profile| profile.time_zone.as_deref());
        Reader::new(language, zone)
    }
}

/// Who is told by a new card besides those it pings: whoever can approve.
pub fn wake(notice: &Notice) -> BTreeSet<Person> {
    match notice {
        Notice::Card(view) => may_approve(view),
        _ => BTreeSet::new(),
    }
}

fn may_approve(view: &RequestView) -> BTreeSet<Person> {
    match (&view.state, &view.voting) {
        (StateView::Waiting, Some(voting)) => voting.approvers.values().flatten().cloned().collect(),
        _ => BTreeSet::new(),
    }
}

/// Answers to looks need no thread of ours.
pub fn may_answer_anywhere(to: &Address, notice: &Notice) -> bool {
    to.thread.is_none() && matches!(notice, Notice::Answer(_))
}

/// What stands for a message that the chat gives no id to; it is never edited.
pub fn reply_id(nonce: u64) -> Result<MessageId, Fault> {
    MessageId::parse(&format!("reply-{nonce}"))
        .map_err(|error| rejected("NOT_NAMED", error.to_string(), error))
}
