//! What Slack knows: the app, the teams that installed it, people, channels, messages, files, views. No wire in here.

pub(super) mod callbacks;
pub(super) mod channels;
pub(super) mod files;
pub(super) mod messages;
pub(super) mod people;
pub(super) mod views;

use super::sender::Addresses;
use callbacks::{Callback, Trigger};
use channels::Channel;
use files::{Files, StoredFile};
use people::{Group, Team, User};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use views::View;

/// All state of a fake Slack.
pub(super) struct Model {
    /// Epoch milliseconds, set on every access.
    pub now: u64,
    pub app: App,
    /// The first one is home: persons and channels belong there unless said otherwise.
    pub teams: Vec<Team>,
    pub users: Vec<User>,
    pub channels: Vec<Channel>,
    pub groups: Vec<Group>,
    pub stored: Vec<StoredFile>,
    pub files: Files,
    pub views: Vec<View>,
    pub triggers: HashMap<String, Trigger>,
    pub callbacks: BTreeMap<String, Callback>,
    /// `http://127.0.0.1:PORT`, for the addresses that Slack hands out.
    pub base: String,
    /// `ws://127.0.0.1:PORT`
    pub socket_base: String,
    /// Tickets for connections that nobody has used yet.
    pub tickets: BTreeSet<String>,
    numbers: u64,
    last_ts: u64,
}

/// The one app that this Slack knows: ours.
pub(super) struct App {
    pub id: String,
    pub name: String,
    pub signing_secret: String,
    pub app_token: String,
    pub app_token_scopes: Vec<String>,
    pub app_token_works: bool,
    /// With their slash.
    pub commands: Vec<String>,
    pub home_tab: bool,
    /// `should_escape`: `@ana` in a command arrives as `<@U...>`.
    pub escapes_mentions: bool,
    /// Where requests go with Socket Mode off.
    pub addresses: Option<Addresses>,
}

/// A documented "no": `{"ok": false, "error": ...}` and what goes with it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Refusal {
    pub error: String,
    pub more: Map<String, Value>,
}

impl Refusal {
    pub fn new(error: &str) -> Self {
        Self {
            error: error.to_owned(),
            more: Map::new(),
        }
    }

    /// With the messages that live Slack puts beside an error.
    pub fn explained(error: &str, messages: &[String]) -> Self {
        let mut refusal = Self::new(error);
        refusal
            .more
            .insert("response_metadata".to_owned(), json!({ "messages": messages }));
        refusal
    }
}

impl Model {
    pub fn new(now: u64) -> Self {
        let mut model = Self {
            now,
            app: App::sluice(),
            teams: Vec::new(),
            users: Vec::new(),
            channels: Vec::new(),
            groups: Vec::new(),
            stored: Vec::new(),
            files: Files::default(),
            views: Vec::new(),
            triggers: HashMap::new(),
            callbacks: BTreeMap::new(),
            base: String::new(),
            socket_base: String::new(),
            tickets: BTreeSet::new(),
            numbers: 0,
            last_ts: 0,
        };
        let home = model.found_team("acme");
        model.install(&home);
        model
    }

    /// A number nobody had before.
    pub fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    /// An id as Slack writes them: a letter, then capitals and digits, at least nine in all. It shows the name it was made
    /// for, which real ones do not.
    pub fn id(&mut self, letter: char, name: &str) -> String {
        let number = self.number();
        let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        format!("{letter}{number:05}{:X<6}", name.to_uppercase())
    }

    /// A timestamp after all others, as text: seconds and six digits.
    pub fn ts(&mut self) -> String {
        self.last_ts = (self.now * 1_000 + 19).max(self.last_ts + 100);
        format!("{}.{:06}", self.last_ts / 1_000_000, self.last_ts % 1_000_000)
    }

    /// A secret part of an address or trigger, different each time and the same in each run.
    pub fn secret(&mut self, length: usize) -> String {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let mut state = self.number().wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        (0..length)
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                char::from(LETTERS[usize::try_from(state % 62).unwrap_or_default()])
            })
            .collect()
    }

    /// The right to one connection of Socket Mode.
    pub fn issue_ticket(&mut self) -> String {
        let ticket = self.secret(30);
        self.tickets.insert(ticket.clone());
        ticket
    }

    /// The team with this id.
    pub fn team(&self, id: &str) -> Option<&Team> {
        self.teams.iter().find(|team| team.id == id)
    }
}

impl App {
    fn sluice() -> Self {
        Self {
            id: "A0SLUICE01".to_owned(),
            name: "sluice".to_owned(),
            signing_secret: "c41d0b72e9f85a3697b2fe04d81a63c5".to_owned(),
            app_token: "xapp-1-A0SLUICE01-7351946820-f0e1d2c3b4a5968778695a4b3c2d1e0f".to_owned(),
            app_token_scopes: vec!["connections:write".to_owned()],
            app_token_works: true,
            commands: vec!["/flink".to_owned()],
            home_tab: true,
            escapes_mentions: true,
            addresses: None,
        }
    }
}
