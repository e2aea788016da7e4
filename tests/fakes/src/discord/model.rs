//! What Discord knows: the app, guilds with roles and members, channels and threads, messages, files, commands,
//! interactions. No wire in here.

pub(super) mod allowed;
pub(super) mod answers;
pub(super) mod bodies;
pub(super) mod channels;
pub(super) mod commands;
pub(super) mod guilds;
pub(super) mod interactions;
pub(super) mod messages;
pub(super) mod shown;

use super::signature::Key;
use super::times::EPOCH_MS;
use channels::Channel;
use commands::Registered;
use guilds::{Guild, User};
use interactions::Interaction;
use messages::Stored;
use serde_json::{Value, json};

/// All state of a fake Discord.
pub(super) struct Model {
    /// Epoch milliseconds, set on every access.
    pub now: u64,
    pub app: App,
    /// The first one is home: persons and channels belong there unless said otherwise.
    pub guilds: Vec<Guild>,
    pub users: Vec<User>,
    /// Threads are channels.
    pub channels: Vec<Channel>,
    pub stored: Vec<Stored>,
    pub commands: Vec<Registered>,
    pub interactions: Vec<Interaction>,
    /// `http://127.0.0.1:PORT`, for the addresses that Discord hands out.
    pub base: String,
    /// `ws://127.0.0.1:PORT`
    pub socket_base: String,
    /// How many threads a guild may have that are not archived.
    pub most_threads: usize,
    numbers: u64,
    last_id: u64,
}

/// The one application that this Discord knows: ours. Its id is its bot's user id too.
pub(super) struct App {
    pub id: String,
    pub name: String,
    pub token: String,
    /// Whether the token is good for anything; a reset one is not.
    pub token_works: bool,
    pub key: Key,
    /// Where interactions go; with `None` they go through the gateway.
    pub endpoint: Option<String>,
    /// Intents that the app may ask for.
    pub intents: u64,
    /// Identifies that are left today.
    pub identifies: u32,
}

/// A documented "no".
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Refusal {
    pub status: u16,
    pub code: u64,
    pub message: String,
    pub errors: Option<Value>,
}

impl Refusal {
    /// By its code: <https://docs.discord.com/developers/topics/opcodes-and-status-codes#json>
    pub fn new(code: u64) -> Self {
        let (status, message) = match code {
            0 => (401, "401: Unauthorized"),
            10_003 => (404, "Unknown Channel"),
            10_004 => (404, "Unknown Guild"),
            10_007 => (404, "Unknown Member"),
            10_008 => (404, "Unknown Message"),
            10_002 => (404, "Unknown Application"),
            10_013 => (404, "Unknown User"),
            10_015 => (404, "Unknown Webhook"),
            10_062 => (404, "Unknown interaction"),
            30_034 => (
                429,
                "Max number of daily application command creates has been reached (200)",
            ),
            30_046 => (
                429,
                "Maximum number of edits to messages older than 1 hour reached. Try again later",
            ),
            40_060 => (400, "Interaction has already been acknowledged."),
            40_062 => (429, "Service resource is being rate limited."),
            50_001 => (403, "Missing Access"),
            50_005 => (403, "Cannot edit a message authored by another user"),
            50_006 => (400, "Cannot send an empty message"),
            50_013 => (403, "Missing Permissions"),
            50_024 => (400, "Cannot execute action on this channel type"),
            50_027 => (401, "Invalid Webhook Token"),
            50_035 => (400, "Invalid Form Body"),
            50_083 => (400, "Thread is archived"),
            160_004 => (400, "A thread has already been created for this message"),
            160_005 => (403, "Thread is locked"),
            160_006 => (400, "Maximum number of active threads reached"),
            _ => (400, "An error that this fake was told to give"),
        };
        Self {
            status,
            code,
            message: message.to_owned(),
            errors: None,
        }
    }

    /// A body that breaks a rule at one field, with Discord's word for it.
    pub fn invalid(field: &str, code: &str, message: &str) -> Self {
        let inner = json!({ "_errors": [{ "code": code, "message": message }] });
        Self {
            errors: Some(if field.is_empty() {
                inner
            } else {
                json!({ field: inner })
            }),
            ..Self::new(50_035)
        }
    }

    pub fn body(&self) -> Value {
        let mut body = json!({ "message": self.message, "code": self.code });
        if let Some(errors) = &self.errors {
            body["errors"] = errors.clone();
        }
        body
    }
}

impl Model {
    pub fn new(now: u64) -> Self {
        let mut model = Self {
            now,
            app: App::sluice(),
            guilds: Vec::new(),
            users: Vec::new(),
            channels: Vec::new(),
            stored: Vec::new(),
            commands: Vec::new(),
            interactions: Vec::new(),
            base: String::new(),
            socket_base: String::new(),
            most_threads: 1_000,
            numbers: 0,
            last_id: 0,
        };
        let (id, name) = (model.app.id.clone(), model.app.name.clone());
        let mut bot = User::named(id, &name);
        bot.traits.bot = true;
        bot.global_name = None;
        model.users.push(bot);
        let home = model.found_guild("acme");
        model.install(&home);
        model
    }

    /// A snowflake after all others.
    pub fn id(&mut self) -> String {
        let at = self.now.saturating_sub(EPOCH_MS) << 22;
        self.last_id = at.max(self.last_id + 1);
        self.last_id.to_string()
    }

    /// A secret, different each time and the same in each run.
    pub fn secret(&mut self, length: usize) -> String {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        self.numbers += 1;
        let mut state = self.numbers.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        let letters = std::iter::repeat_with(|| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            char::from(LETTERS[usize::try_from((state >> 33) % 62).unwrap_or_default()])
        });
        letters.take(length).collect()
    }
}

impl App {
    fn sluice() -> Self {
        Self {
            id: "1301000000000000001".to_owned(),
            name: "sluice".to_owned(),
            token: "MTMwMTAwMDAwMDAwMDAwMDAwMQ.GfAkE1.a-token-of-a-fake-discord-that-is-long".to_owned(),
            token_works: true,
            key: Key::of(1),
            endpoint: None,
            intents: 0,
            identifies: 1_000,
        }
    }
}
