//! What the file may say, key by key. The JSON Schema, the reference page and the check of names and types are made from
//! these structs; what the values mean is checked in `checked`.
//!
//! Every field is optional here, so that whatever is right can be read and checked while the rest is reported.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

/// The configuration of Sluice. Relative paths are relative to this file. `SLUICE__A__B` in the environment overrides
/// `a.b`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Sluice")]
pub struct Config {
    /// `demo` lets people act as anybody on the console, and works with loopback addresses only.
    pub mode: Option<Mode>,
    /// Where everything is remembered: `sqlite:FILE`.
    #[schemars(example = &"sqlite:sluice.db")]
    pub ledger: Option<String>,
    /// Password of a PostgreSQL ledger.
    pub ledger_password: Option<SecretSource>,
    /// Where the program listens.
    pub listen: Option<Listen>,
    /// Language of the channels (BCP 47).
    #[schemars(example = &"en")]
    pub language: Option<String>,
    /// The channel that is told of policy changes, deaf chat links and alarms.
    #[schemars(example = &"slack:C09")]
    pub operations_channel: Option<String>,
    /// What is logged, to stderr.
    pub log: Option<Log>,
    /// Slack.
    pub slack: Option<Slack>,
    /// Discord.
    pub discord: Option<Discord>,
    /// Everybody who may ask or approve, by a short key.
    pub people: Option<BTreeMap<String, Person>>,
    /// Groups of people, by the name that the policy uses.
    pub groups: Option<BTreeMap<String, Group>>,
    /// Where Flink runs, by the name that people type.
    pub environments: Option<BTreeMap<String, Environment>>,
    /// Who may approve what. Read top down: the first rule that matches decides, and no match refuses.
    pub policy: Option<List<Rule>>,
    /// Spans of time in which nothing may start.
    pub freezes: Option<List<Freeze>>,
    /// Alerts that become proposals.
    pub alerts: Option<Alerts>,
}

/// A list; an item that was reported already is `None`, so that the others keep their places.
pub type List<T> = Vec<Option<T>>;

/// How much the program trusts its surroundings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Persons come from authentic chats only.
    Production,
    /// Persons are whoever the console says; every card says that identities are not verified.
    Demo,
}

/// A secret, by where it is kept. Exactly one of the two keys.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("writeOnly" = true))]
pub struct SecretSource {
    /// Name of the environment variable that holds it.
    #[schemars(example = &"SLACK_BOT_TOKEN")]
    pub env: Option<String>,
    /// File that holds it; white space at its end does not count.
    #[schemars(example = &"/run/secrets/slack-bot-token")]
    pub file: Option<String>,
}

/// A span of time: a whole number and `ms`, `s`, `m`, `h` or `d`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("pattern" = "^[0-9]+ ?(ms|s|m|h|d)$"), example = &"30m")]
pub struct Span(pub String);

/// An amount of memory: a whole number and `k`, `m` or `g` (1,024 each).
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("pattern" = "^[0-9]+ ?[kmgKMG]?[bB]?$"), example = &"1728m")]
pub struct Size(pub String);

/// Where the program listens.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Listen {
    /// Console, health and metrics.
    #[schemars(example = &"127.0.0.1:7311")]
    pub private: Option<String>,
    /// Webhooks of chats and alerts; off unless one is configured.
    #[schemars(example = &"0.0.0.0:7310")]
    pub public: Option<String>,
    /// Host names besides the address itself under which the console may be opened.
    #[schemars(example = &["sluice.example.org"])]
    pub names: Option<List<String>>,
}

/// What is logged, to stderr.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// `error`, `warn`, `info`, `debug`, `trace`, or a filter such as `info,adapters=debug`.
    #[schemars(example = &"info")]
    pub level: Option<String>,
    /// One line of text or one JSON object a line.
    pub format: Option<LogFormat>,
}

/// The shape of log lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For log collectors.
    Json,
}

/// A Slack app.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Slack {
    /// How Slack reaches Sluice.
    pub mode: Option<SlackMode>,
    /// Base URL of the Web API.
    #[schemars(example = &"https://slack.com/api")]
    pub api_url: Option<String>,
    /// The app's id.
    #[schemars(example = &"A012")]
    pub app_id: Option<String>,
    /// The workspace.
    #[schemars(example = &"T012")]
    pub team_id: Option<String>,
    /// Several workspaces.
    #[schemars(example = &["T012"])]
    pub teams: Option<List<String>>,
    /// Slash commands that the app registered.
    #[schemars(example = &["/flink"])]
    pub commands: Option<List<String>>,
    /// The bot's token (`xoxb-`).
    pub bot_token: Option<SecretSource>,
    /// The app's token (`xapp-`), for socket mode.
    pub app_token: Option<SecretSource>,
    /// The signing secret, for HTTP mode.
    pub signing_secret: Option<SecretSource>,
}

/// How Slack reaches Sluice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SlackMode {
    /// Over a socket that Sluice opens: no public address needed.
    Socket,
    /// Over signed requests to `listen.public`.
    Http,
}

/// A Discord application.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Discord {
    /// How Discord reaches Sluice.
    pub mode: Option<DiscordMode>,
    /// Base URL of the API.
    #[schemars(example = &"https://discord.com/api/v10")]
    pub api_url: Option<String>,
    /// The application's id.
    #[schemars(example = &"1")]
    pub application_id: Option<String>,
    /// The server.
    #[schemars(example = &"2")]
    pub guild_id: Option<String>,
    /// Several servers.
    #[schemars(example = &["2"])]
    pub guilds: Option<List<String>>,
    /// The application's public key in hex, for HTTP mode.
    #[schemars(example = &"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    pub public_key: Option<String>,
    /// The bot's token.
    pub bot_token: Option<SecretSource>,
}

/// How Discord reaches Sluice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DiscordMode {
    /// Over the gateway, a socket that Sluice opens: no public address needed.
    Gateway,
    /// Over signed requests to `listen.public`.
    Http,
}

/// A human being and his or her accounts.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// How people call him or her.
    #[schemars(example = &"Ana Silva")]
    pub name: Option<String>,
    /// Slack user id.
    #[schemars(example = &"U01")]
    pub slack: Option<String>,
    /// Discord user id, in quotes.
    #[schemars(example = &"11")]
    pub discord: Option<String>,
    /// Language of private answers (BCP 47).
    #[schemars(example = &"pt-BR")]
    pub language: Option<String>,
    /// Time zone of times shown (IANA).
    #[schemars(example = &"Europe/Lisbon")]
    pub time_zone: Option<String>,
}

/// A group of people: those listed, and the members of a chat's own group.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Keys of `people`.
    #[schemars(example = &["ana", "bo"])]
    pub people: Option<List<String>>,
    /// A Slack user group whose members count too.
    #[schemars(example = &"S01")]
    pub slack_usergroup: Option<String>,
    /// A Discord role whose holders count too.
    #[schemars(example = &"77")]
    pub discord_role: Option<String>,
}

/// A place where Flink runs.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Environment {
    /// What runs Flink there.
    pub platform: Option<Platform>,
    /// Base URL of Flink's REST API.
    #[schemars(example = &"http://127.0.0.1:8081")]
    pub flink_url: Option<String>,
    /// How TaskManagers are started on this host; without it none is ever started or stopped. Needs a loopback `flink_url`.
    pub launcher: Option<Launcher>,
    /// Channels whose default environment this is: `slack:ID`, `discord:ID` or `console:NAME`. A request is shown in all of them.
    #[schemars(example = &["console:ops"])]
    pub channels: Option<List<String>>,
    /// What is compared before and after a change.
    pub windows: Option<Windows>,
}

/// What runs Flink.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Platform {
    /// Flink Kubernetes Operator. Not in this version.
    Kubernetes,
    /// Confluent Manager for Apache Flink. Not in this version.
    Cmf,
    /// Confluent Cloud. Not in this version.
    ConfluentCloud,
    /// Flink's REST API, and TaskManager processes on this host.
    Standalone,
}

/// How TaskManagers are started on this host. One that Sluice did not start is never stopped.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Launcher {
    /// The Java program.
    #[schemars(example = &"/usr/bin/java")]
    pub java: Option<String>,
    /// Folder of Flink's jars.
    #[schemars(example = &"/opt/flink/lib")]
    pub lib: Option<String>,
    /// Folder of Flink's `config.yaml`.
    #[schemars(example = &"/opt/flink/conf")]
    pub conf: Option<String>,
    /// Folder for the logs of the TaskManagers that are started.
    #[schemars(example = &"/var/log/flink")]
    pub logs: Option<String>,
    /// Memory of each, `taskmanager.memory.process.size`.
    pub memory: Option<Size>,
    /// Slots of each.
    #[schemars(range(min = 1, max = 1024), example = &1)]
    pub slots: Option<u32>,
    /// The most TaskManagers this host shall carry, those of others included.
    #[schemars(range(min = 1, max = 1024), example = &4)]
    pub max: Option<u32>,
}

/// What is compared before and after a change.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Windows {
    /// Length of the window before; default `10m`.
    #[schemars(example = &"10m")]
    pub before: Option<Span>,
    /// What is left out after the change; default `5m`.
    #[schemars(example = &"5m")]
    pub warm_up: Option<Span>,
    /// Length of the window after; default `10m`.
    #[schemars(example = &"10m")]
    pub after: Option<Span>,
}

/// One rule of the policy.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Environments it is for; `"*"` is all.
    #[schemars(example = &["*"])]
    pub environments: Option<List<String>>,
    /// Verbs it is for; `"*"` is all.
    #[schemars(example = &["scale"])]
    pub verbs: Option<List<String>>,
    /// Only for changes that pass one of these bounds.
    pub larger_than: Option<LargerThan>,
    /// Votes that are needed, all of them; never the requester's.
    pub need: Option<List<Need>>,
    /// How long votes are taken.
    #[schemars(example = &"30m")]
    pub vote_within: Option<Span>,
    /// How long the run may take; without it as long as the plan says.
    #[schemars(example = &"20m")]
    pub run_within: Option<Span>,
    /// How old the look-up of a group's members may be at a vote; default `5m`.
    #[schemars(example = &"5m")]
    pub evidence_within: Option<Span>,
    /// While votes are awaited: whoever may vote is reminded this often.
    #[schemars(example = &"10m")]
    pub remind_every: Option<Span>,
    /// Who is woken where nobody has decided.
    pub escalate: Option<Escalation>,
}

/// A group that is woken where nobody has decided. It may approve only where `need` names it.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Escalation {
    /// After how long; less than `vote_within`.
    #[schemars(example = &"15m")]
    pub after: Option<Span>,
    /// A key of `groups`.
    #[schemars(example = &"leads")]
    pub to: Option<String>,
}

/// Bounds of a small change.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LargerThan {
    /// How many times more, or fewer.
    #[schemars(range(min = 1), example = &2)]
    pub factor: Option<f64>,
    /// How many slots more, or fewer.
    #[schemars(example = &8)]
    pub slots: Option<u32>,
}

/// Yes votes from a group.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Need {
    /// How many.
    #[schemars(range(min = 1), example = &1)]
    pub count: Option<u32>,
    /// A key of `groups`.
    #[schemars(example = &"flink-owners")]
    pub from: Option<String>,
}

/// A span of time in which nothing may start.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Freeze {
    /// Environments it is for; `"*"` is all.
    #[schemars(example = &["*"])]
    pub environments: Option<List<String>>,
    /// Its beginning (RFC 3339).
    #[schemars(example = &"2026-12-24T12:00:00Z")]
    pub from: Option<String>,
    /// Its end (RFC 3339).
    #[schemars(example = &"2027-01-02T08:00:00Z")]
    pub until: Option<String>,
    /// Why, for people.
    #[schemars(example = &"holidays")]
    pub reason: Option<String>,
}

/// Alerts that become proposals.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Alerts {
    /// Who may send alerts.
    pub receivers: Option<List<Receiver>>,
    /// What an alert becomes. Not in this version: only `[]`.
    pub rules: Option<List<AlertRule>>,
}

/// A sender of alerts.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Receiver {
    /// Its name.
    #[schemars(example = &"alertmanager")]
    pub name: Option<String>,
    /// The bearer token it sends.
    pub token: Option<SecretSource>,
    /// Environments its alerts may be about.
    #[schemars(example = &["shop"])]
    pub environments: Option<List<String>>,
    /// Where its proposals are posted.
    #[schemars(example = &"slack:C01")]
    pub channel: Option<String>,
}

/// Not in this version.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct AlertRule {}
