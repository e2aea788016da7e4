//! Every mistake at once, each with its place and what to write instead.

use std::path::Path;

use bot::config::{Config, Secrets, Variables};
use insta::assert_snapshot;

/// A small configuration without mistakes, to which each test adds its own.
const RIGHT: &str = "\
mode: demo
people:
  ana: { name: Ana Silva }
  bo: {}
groups:
  flink-owners: { people: [ana, bo] }
environments:
  shop: { platform: standalone, flink_url: http://127.0.0.1:8081, channels: [\"console:ops\"] }
policy:
  - { environments: [\"*\"], verbs: [\"*\"], need: [{ count: 1, from: flink-owners }], vote_within: 30m }
";

fn load(text: &str, variables: &[(&str, &str)]) -> Result<Config, String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sluice.yaml");
    std::fs::write(&file, text).unwrap();
    let variables: Variables = variables
        .iter()
        .map(|(name, value)| ((*name).into(), (*value).into()))
        .collect();
    Config::load(&file, &variables, Secrets::Read(&variables)).map_err(|mistakes| {
        mistakes
            .to_string()
            .replace(folder.path().to_str().unwrap(), "DIR")
    })
}

fn mistakes(text: &str, variables: &[(&str, &str)]) -> String {
    load(text, variables).expect_err("it has mistakes")
}

#[test]
fn a_small_configuration_is_enough() {
    let config = load(RIGHT, &[]).unwrap();
    assert_eq!(config.listen.private.to_string(), "127.0.0.1:7311");
    assert_eq!(config.listen.public, None);
    assert_eq!(config.ledger.file_name().unwrap(), "sluice.db");
}

#[test]
fn many_mistakes_are_told_at_once_in_the_order_of_the_file() {
    let text = r#"mode: demmo
ledgr: sqlite:sluice.db
listen:
  private: 7311
people:
  ana: { name: Ana Silva, discord: 11 }
  ana: { name: Another Ana }
groups:
  flink-owners: { people: [ana, boo] }
  empty: {}
environments:
  shop:
    platform: standalone
    flink_url: not a url
    launcher: { java: /usr/bin/java, lib: lib, conf: conf, logs: logs, memory: 1728 MiB, slots: two, max: 4 }
    channels: ["teams:C01", ops]
    windows: { before: 10, warm_up: 5m, after: 10 minutes }
  cloud: { platform: kubernetes }
policy:
  - { environments: [shopp], verbs: [scal], need: [{ count: 0, from: flink-owner }], vote_within: 30m }
slack:
  app_id: A1
  team_id: T1
  bot_token: xoxb-this-must-not-be-shown
  app_token: { env: NO_SUCH_VARIABLE }
"#;
    assert_snapshot!(mistakes(text, &[]), @r#"
    DIR/sluice.yaml:1:7: mode: `demmo` is not known; write demo instead
    DIR/sluice.yaml:2:1: ledgr: unknown key; write ledger instead
    DIR/sluice.yaml:4:12: listen.private: is a number, not text; write 127.0.0.1:7311 instead
    DIR/sluice.yaml:6:36: people.ana.discord: is a number, not text; write "11" instead
    DIR/sluice.yaml:7:3: people.ana: stands a second time (first in line 6); write each key once instead
    DIR/sluice.yaml:9:33: groups.flink-owners.people[1]: there is no person `boo`; write ana instead
    DIR/sluice.yaml:10:3: groups.empty: nobody is in it; write people: [ana], a slack_usergroup or a discord_role instead
    DIR/sluice.yaml:14:16: environments.shop.flink_url: `not a url` is not an http or https URL; write http://127.0.0.1:8081 instead
    DIR/sluice.yaml:15:80: environments.shop.launcher.memory: `1728 MiB` is not an amount of memory; write a whole number and k, m or g, such as 1728m, instead
    DIR/sluice.yaml:15:97: environments.shop.launcher.slots: is text, not a whole number from 0 to 4294967295; write 1 instead
    DIR/sluice.yaml:16:16: environments.shop.channels[0]: `teams:C01` is not a place; write chat:channel, such as console:ops instead
    DIR/sluice.yaml:16:29: environments.shop.channels[1]: `ops` is not a place; write chat:channel, such as console:ops instead
    DIR/sluice.yaml:17:24: environments.shop.windows.before: is a number, not text; write 10m instead
    DIR/sluice.yaml:17:48: environments.shop.windows.after: `10 minutes` is not a span of time; write a whole number and ms, s, m, h or d, such as 30m, instead
    DIR/sluice.yaml:18:22: environments.cloud.platform: platform kubernetes is not in this version; write standalone instead
    DIR/sluice.yaml:20:22: policy[0].environments[0]: there is no environment `shopp`; write shop instead
    DIR/sluice.yaml:20:38: policy[0].verbs[0]: there is no verb `scal`; write scale instead
    DIR/sluice.yaml:20:61: policy[0].need[0].count: asks for nobody's yes; write 1 or more instead
    DIR/sluice.yaml:20:70: policy[0].need[0].from: there is no group `flink-owner`; write flink-owners instead
    DIR/sluice.yaml:24:14: slack.bot_token: a secret never stands in the configuration; write { env: SLACK_BOT_TOKEN } or { file: PATH } instead
    DIR/sluice.yaml:25:3: slack.app_token: the environment has no variable NO_SUCH_VARIABLE, or it is empty; write it with `export NO_SUCH_VARIABLE=...`, or another name, instead
    "#);
}

#[test]
fn secrets_are_never_shown() {
    let told = mistakes(
        "ledger: postgres://sluice:hunter2@db/sluice\nslack: { bot_token: hunter2, app_token: [hunter2] }\n",
        &[
            ("SLUICE__DISCORD__BOT_TOKEN", "hunter2"),
            ("SLUICE__ALERTS", "{ receivers: [{ token: hunter2 }] }"),
        ],
    );
    assert!(!told.contains("hunter2"), "{told}");
    let text = format!(
        "{RIGHT}alerts: {{ receivers: [{{ name: am, token: {{ env: T }}, environments: [shop], channel: \"console:ops\" }}] }}\n"
    );
    let config = load(&text, &[("T", "hunter2\n")]).unwrap();
    assert_eq!(config.receivers[0].token.expose(), Some("hunter2"));
    assert!(!format!("{config:?}").contains("hunter2"));
}

#[test]
fn a_secret_that_is_missing_is_a_mistake() {
    let text = format!(
        "{RIGHT}slack:\n  app_id: A1\n  team_id: T1\n  bot_token: {{ env: NOT_SET }}\n  app_token: {{ file: none }}\n\
         discord:\n  application_id: \"1\"\n  guild_id: \"2\"\n  bot_token: {{ env: A, file: B }}\n"
    );
    let text = text.replace("mode: demo", "mode: production");
    assert_snapshot!(mistakes(&text, &[]), @r"
    DIR/sluice.yaml:14:3: slack.bot_token: the environment has no variable NOT_SET, or it is empty; write it with `export NOT_SET=...`, or another name, instead
    DIR/sluice.yaml:15:3: slack.app_token: DIR/none cannot be read, or is empty; write a file that holds the secret and that this user may read instead
    DIR/sluice.yaml:19:3: discord.bot_token: needs exactly one of `env` and `file`; write { env: DISCORD_BOT_TOKEN } or { file: PATH } instead
    ");
}

#[test]
fn a_signing_secret_that_anybody_could_guess_refuses_the_start() {
    let text = format!(
        "{RIGHT}listen: {{ public: 127.0.0.1:0 }}\n\
         slack: {{ mode: http, app_id: A1, team_id: T1, bot_token: {{ env: T }}, signing_secret: {{ env: S }} }}\n"
    );
    let text = text.replace("mode: demo", "mode: production");
    for weak in [
        "",
        "0123456789abcde",
        "changeme-changeme",
        "aaaaaaaabbbbbbbbccccccc",
        "your-signing-token-here",
    ] {
        let told = mistakes(&text, &[("T", "t"), ("S", weak)]);
        assert!(told.contains("slack.signing_secret: "), "{weak}: {told}");
    }
    let told = mistakes(
        &text.replace("public: 127.0.0.1:0", ""),
        &[("T", "t"), ("S", "short")],
    );
    assert_snapshot!(told, @r"
    DIR/sluice.yaml:11:1: listen.public: is missing; write `public: 0.0.0.0:7310` instead
    DIR/sluice.yaml:12:70: slack.signing_secret: is short or a placeholder, so anybody could sign with it; write the one that the app's Basic Information shows instead
    ");
    load(&text, &[("T", "t"), ("S", "8f742231b10e8888abcd99yyyzzz85a5")]).unwrap();
}

#[test]
fn a_token_a_key_or_an_id_of_discord_that_is_none_refuses_the_start() {
    let key = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
    let text = |key: &str, id: &str| {
        let discord = format!(
            "{RIGHT}listen: {{ public: 127.0.0.1:0 }}\n\
             discord: {{ mode: http, application_id: \"{id}\", guild_id: \"2\", public_key: \"{key}\", bot_token: {{ env: T }} }}\n"
        );
        discord.replace("mode: demo", "mode: production")
    };
    let token = "MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs";
    load(&text(key, "1"), &[("T", token)]).unwrap();
    for weak in [
        "",
        "MTk4NjIyNDgz",
        "your-bot-token-here",
        "aaaaaaaabbbbbbbbccccccc",
    ] {
        let told = mistakes(&text(key, "1"), &[("T", weak)]);
        assert!(told.contains("discord.bot_token: "), "{weak}: {told}");
    }
    let told = mistakes(
        &text(key, "1").replace("public: 127.0.0.1:0", ""),
        &[("T", token)],
    );
    assert!(told.contains("listen.public: is missing"), "{told}");
    for none in ["00", &"00".repeat(32), &"zz".repeat(32)] {
        let told = mistakes(&text(none, "1"), &[("T", token)]);
        assert!(told.contains("discord.public_key: "), "{none}: {told}");
    }
    for none in ["0", "012", "sluice"] {
        let told = mistakes(&text(key, none), &[("T", token)]);
        assert!(told.contains("discord.application_id: "), "{none}: {told}");
    }
}

#[test]
fn demo_mode_demands_loopback_everywhere() {
    let text = RIGHT.replace("127.0.0.1:8081", "10.0.0.7:8081")
        + "listen: { private: 0.0.0.0:7311, public: \"[::]:7310\" }\n\
           slack: { api_url: https://slack.com/api, app_id: A1, team_id: T1, bot_token: { env: T }, app_token: { env: T } }\n\
           discord: { application_id: \"1\", guild_id: \"2\", bot_token: { env: T } }\n";
    assert_snapshot!(mistakes(&text, &[("T", "Of-No-Use-1234567890")]), @r"
    DIR/sluice.yaml:8:44: environments.shop.flink_url: is not on loopback, which demo mode demands; write an address of this machine, such as http://127.0.0.1:8081, instead
    DIR/sluice.yaml:11:20: listen.private: is not on loopback, which demo mode demands; write 127.0.0.1:7311 instead
    DIR/sluice.yaml:11:42: listen.public: is not on loopback, which demo mode demands; write 127.0.0.1:7310 instead
    DIR/sluice.yaml:12:19: slack.api_url: is not on loopback, which demo mode demands; write an address of this machine, such as http://127.0.0.1:8081, instead
    DIR/sluice.yaml:13:1: discord.api_url: is not on loopback, which demo mode demands; write an address of this machine, such as http://127.0.0.1:8081, instead
    ");
    for loopback in ["127.8.9.10:8081", "localhost:8081", "[::1]:8081"] {
        let text = RIGHT.replace("http://127.0.0.1:8081", &format!("\"http://{loopback}\""))
            + "listen: { private: \"[::1]:0\" }\n";
        load(&text, &[]).unwrap();
    }
    for elsewhere in [
        "127.0.0.1.example.org",
        "localhost.example.org",
        "[::ffff:10.0.0.1]",
    ] {
        mistakes(&RIGHT.replace("127.0.0.1:8081", elsewhere), &[]);
    }
}

#[test]
fn variables_override_the_file_by_type() {
    let variables = [
        ("SLUICE__LISTEN__PRIVATE", "127.0.0.1:0"),
        ("SLUICE__PEOPLE__CY", "{ name: Cy }"),
        ("SLUICE__GROUPS__FLINK_OWNERS__PEOPLE__2", "cy"),
        ("SLUICE__POLICY__0__NEED__0__COUNT", "3"),
        ("SLUICE__LANGUAGE", "de"),
        ("SLUICE_NOT_OURS", "x"),
    ];
    let config = load(RIGHT, &variables).unwrap();
    assert_eq!(config.listen.private.port(), 0);
    assert_eq!(config.people.groups.values().next().unwrap().people.len(), 3);
    assert_eq!(config.policy.rules[0].need[0].count, 3);
    assert_eq!(config.language, "de");
}

#[test]
fn mistakes_of_variables_name_the_variable() {
    let variables = [
        ("SLUICE__LISTEN__PRIVAT", "127.0.0.1:0"),
        ("SLUICE__POLICY__0__NEED__0__COUNT", "many"),
        ("SLUICE__POLICY__7__VOTE_WITHIN", "1m"),
        ("SLUICE__ENVIRONMENTS__SHOP__FLINK_URL", "nowhere"),
        ("SLUICE__", "x"),
    ];
    assert_snapshot!(mistakes(RIGHT, &variables), @r"
    SLUICE__: config: names no key; write a name such as SLUICE__LISTEN__PRIVATE instead
    SLUICE__ENVIRONMENTS__SHOP__FLINK_URL: environments.shop.flink_url: `nowhere` is not an http or https URL; write http://127.0.0.1:8081 instead
    SLUICE__LISTEN__PRIVAT: listen.privat: unknown key; write private instead
    SLUICE__POLICY__0__NEED__0__COUNT: policy[0].need[0].count: is text, not a whole number from 0 to 4294967295; write 1 instead
    SLUICE__POLICY__7__VOTE_WITHIN: policy: has no such item; write the number of an item, counted from 0, instead
    ");
}

#[test]
fn a_policy_that_cannot_work_is_a_mistake() {
    let text = r#"mode: demo
people: { ana: {}, bo: { slack: U1 }, cy: { slack: U1 }, sluice: {} }
groups: { owners: { people: [ana] } }
environments:
  shop: { platform: standalone, flink_url: "http://127.0.0.1:1", channels: ["console:ops"] }
  mall: { platform: standalone, flink_url: "http://127.0.0.1:2", channels: ["console:ops"] }
policy:
  - { environments: ["*"], verbs: ["*"], need: [{ count: 2, from: owners }], vote_within: 30m }
  - { environments: [shop], verbs: [scale], larger_than: {}, need: [], vote_within: 0s }
freezes:
  - { environments: [], from: tomorrow, until: "2026-01-01T00:00:00Z" }
"#;
    assert_snapshot!(mistakes(text, &[]), @r#"
    DIR/sluice.yaml:2:52: people.cy.slack: is the Slack account of bo already; write one account for one person instead
    DIR/sluice.yaml:2:58: people.sluice: `sluice` is the bot itself; write another key instead
    DIR/sluice.yaml:6:77: environments.mall.channels[0]: is a channel of shop already; write each channel in one environment instead
    DIR/sluice.yaml:8:58: policy[0].need[0].count: owners has only 1 of the 2 people; write at most 1 instead
    DIR/sluice.yaml:9:45: policy[1].larger_than: has no bound; write { factor: 2, slots: 8 } instead
    DIR/sluice.yaml:9:68: policy[1].need: asks for nobody's yes; write [{ count: 1, from: flink-owners }] instead
    DIR/sluice.yaml:9:85: policy[1].vote_within: `0s` is out of bounds; write 1s to 7d instead
    DIR/sluice.yaml:11:5: freezes[0].reason: is missing; write `reason: holidays` instead
    DIR/sluice.yaml:11:21: freezes[0].environments: names no environment; write ["*"] for all instead
    DIR/sluice.yaml:11:31: freezes[0].from: is not a time; write a time with its zone, such as 2026-12-24T12:00:00Z, instead
    "#);
    assert_snapshot!(mistakes("policy: []\n", &[]), @r#"
    DIR/sluice.yaml:1:1: environments: is missing; write `environments: { shop: { platform: standalone, flink_url: http://127.0.0.1:8081 } }` instead
    DIR/sluice.yaml:1:1: people: is missing; write `people: { ana: { name: Ana Silva } }` instead
    DIR/sluice.yaml:1:9: policy: has no rule, so nobody could approve anything; write [{ environments: ["*"], verbs: ["*"], need: [{ count: 1, from: flink-owners }], vote_within: 30m }] instead
    "#);
}

#[test]
fn a_launcher_needs_a_flink_on_this_host() {
    let launcher =
        "launcher: { java: /usr/bin/java, lib: lib, conf: conf, logs: logs, memory: 1g, slots: 2, max: 4 }";
    let text = RIGHT.replace("mode: demo", "mode: production").replace(
        "flink_url: http://127.0.0.1:8081",
        &format!("flink_url: http://flink.example.org:8081, {launcher}"),
    );
    assert_snapshot!(mistakes(&text, &[]), @r"
    DIR/sluice.yaml:8:75: environments.shop.launcher: starts processes on this host, but flink_url is not on it; write no launcher, or a loopback flink_url, instead
    DIR/sluice.yaml:8:150: environments.shop.launcher.memory: a TaskManager of 1024 MiB has too little heap for tasks; give it 1088 MiB or more; write more, such as Flink's own default 1728m, instead
    ");
}

#[test]
fn what_is_no_yaml_is_told_with_what_can_be_read() {
    assert_snapshot!(mistakes("mode: demo\n  people: {\n", &[]), @r"DIR/sluice.yaml:2:9: YAML: cannot be read from here on (mapping values are not allowed in this context); write well-formed YAML instead");
    assert_snapshot!(mistakes("- a\n- b\n", &[]), @r"DIR/sluice.yaml:1:1: config: is a list, not a map; write a map instead");
    assert_snapshot!(mistakes("", &[]), @r#"
    DIR/sluice.yaml:1:1: environments: is missing; write `environments: { shop: { platform: standalone, flink_url: http://127.0.0.1:8081 } }` instead
    DIR/sluice.yaml:1:1: people: is missing; write `people: { ana: { name: Ana Silva } }` instead
    DIR/sluice.yaml:1:1: policy: is missing; write `policy: [{ environments: ["*"], verbs: ["*"], need: [{ count: 1, from: flink-owners }], vote_within: 30m }]` instead
    "#);
    let deep = format!("people: {}\n", "[".repeat(5_000));
    assert_snapshot!(mistakes(&deep, &[]), @r"DIR/sluice.yaml:1:264: YAML: cannot be read from here on (recursion limit exceeded); write well-formed YAML instead");
    let deep = format!("people: {}\n", "[".repeat(40) + &"]".repeat(40));
    assert!(mistakes(&deep, &[]).contains("nested too deep"));
    let alias = RIGHT.replace("bo: {}", "bo: &b {}\n  cy: *b");
    assert!(mistakes(&alias, &[]).contains("aliases are not read"));
    let second = format!("{RIGHT}---\nmode: demo\n");
    assert!(mistakes(&second, &[]).contains("a second document"));
}

#[test]
fn a_missing_file_is_told() {
    let variables = Variables::new();
    let told = Config::load(Path::new("/no/such/sluice.yaml"), &variables, Secrets::Leave).unwrap_err();
    assert_snapshot!(told, @r"/no/such/sluice.yaml:1:1: config: cannot be read: No such file or directory (os error 2); write one as deploy/sluice.example.yaml shows, or `--config FILE` with the file you mean, instead");
}

#[test]
fn nobody_is_called_like_the_bot() {
    let told = mistakes(&RIGHT.replace("bo: {}", "bo: {}\n  sluice: { name: Sly }"), &[]);
    assert_snapshot!(told, @"DIR/sluice.yaml:5:3: people.sluice: `sluice` is the bot itself; write another key instead");
    let told = mistakes(&RIGHT.replace("[ana, bo]", "[ana, sluice]"), &[]);
    assert!(told.contains("there is no person `sluice`"), "{told}");
}

#[test]
fn a_name_that_is_offered_instead_ends_no_line() {
    let text = RIGHT
        .replace("bo: {}", "\"b\\no\": {}")
        .replace("[ana, bo]", "[ana, \"b\\no o\"]");
    assert_snapshot!(mistakes(&text, &[]), @r"
    DIR/sluice.yaml:4:3: people.b\no: `b o` is not a person; write 1 to 64 letters, digits, dots, underscores or hyphens instead
    DIR/sluice.yaml:6:33: groups.flink-owners.people[1]: there is no person `b o o`; write b\no instead
    ");
}
