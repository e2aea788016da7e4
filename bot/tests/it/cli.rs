//! What is typed, what comes back, and with which exit code.

use std::path::Path;

use assert_cmd::Command;
use insta::assert_snapshot;

const CONFIG: &str = "\
mode: demo
people: { ana: { name: Ana }, bo: {}, cy: {} }
groups: { owners: { people: [ana, bo] }, leads: { people: [ana, cy], slack_usergroup: S01 } }
environments:
  shop: { platform: standalone, flink_url: http://127.0.0.1:8081, channels: [\"console:ops\"] }
policy:
  - { environments: [shop], verbs: [scale], larger_than: { factor: 2, slots: 8 }, need: [{ count: 2, from: owners }], vote_within: 30m, run_within: 90s }
  - { environments: [\"*\"], verbs: [\"*\"], need: [{ count: 1, from: leads }], vote_within: 10m }
freezes:
  - { environments: [\"*\"], from: \"2026-12-24T12:00:00Z\", until: \"2027-01-02T08:00:00Z\", reason: holidays }
";

/// What came of a command: exit code, then both outputs.
fn sluice(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sluice"));
    command.current_dir(folder).env_clear().args(arguments);
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!(
        "exit {}\n{}{}",
        output.status.code().unwrap(),
        text(&output.stdout),
        text(&output.stderr)
    )
}

fn folder_with(config: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("sluice.yaml"), config).unwrap();
    folder
}

#[test]
fn a_right_configuration_passes_the_check() {
    let folder = folder_with(CONFIG);
    assert_snapshot!(sluice(folder.path(), &["check"]), @r"
    exit 0
    sluice.yaml: no mistakes
    ");
}

#[test]
fn the_check_tells_mistakes_and_exits_with_2() {
    let folder = folder_with(&CONFIG.replace("people: [ana, bo]", "people: [anna, bo]"));
    assert_snapshot!(sluice(folder.path(), &["check"]), @r"
    exit 2
    sluice.yaml:3:30: groups.owners.people[0]: there is no person `anna`; write ana instead
    ");
    assert_snapshot!(sluice(folder.path(), &["check", "--config", "other.yaml"]), @r"
    exit 2
    other.yaml:1:1: config: cannot be read: No such file or directory (os error 2); write one as deploy/sluice.example.yaml shows, or `--config FILE` with the file you mean, instead
    ");
}

#[test]
fn the_check_online_says_what_does_not_answer() {
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let port = free.port();
    let folder = folder_with(&CONFIG.replace("8081", &port.to_string()));
    let told = sluice(folder.path(), &["check", "--online"]).replace(&port.to_string(), "PORT");
    // Which of the looks that go out at once is the first to fail is chance.
    let silent = "environments.shop.flink_url: http://127.0.0.1:PORT/ does not answer (GET /";
    assert!(
        told.contains(silent) && told.contains(": no connection"),
        "{told}"
    );
}

#[test]
fn the_policy_is_explained() {
    let folder = folder_with(CONFIG);
    assert_snapshot!(sluice(folder.path(), &["policy", "explain"]), @r#"
    exit 0
    The first rule that matches decides; what no rule matches is refused [NO_POLICY].
    Nobody approves what he asked for himself. One "no" ends it.

    Rule 1: scale in shop, where it is more than 2 times as many or as few or more than 8 slots of difference
      needs 2 of owners: ana, bo
        too few are left when one of these asks: ana, bo
      votes are taken for 30 min, and the run may take 90 s

    Rule 2: every verb in every environment
      needs 1 of leads: ana, cy, the Slack user group S01
      votes are taken for 10 min

    Frozen from 2026-12-24T12:00:00Z until 2027-01-02T08:00:00Z: every environment
      because: holidays
    "#);
}

#[test]
fn the_catalog_is_printed_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let told = sluice(folder.path(), &["commands", "--format", "discord"]);
    let commands: serde_json::Value = serde_json::from_str(told.trim_start_matches("exit 0\n")).unwrap();
    assert_eq!(
        (&commands[0]["name"], &commands[1]["name"]),
        (&"flink".into(), &"sluice".into())
    );
    let table = sluice(folder.path(), &["commands"]);
    assert!(
        table.starts_with("exit 0\n") && table.contains("scale <job> parallelism <n>"),
        "{table}"
    );
    let page = sluice(folder.path(), &["commands", "--format", "markdown"]);
    assert!(page.contains("### `scale <job> parallelism <n>`"), "{page}");
}

#[test]
fn commands_are_registered_for_a_configuration_that_has_discord() {
    let folder = folder_with(CONFIG);
    let told = sluice(folder.path(), &["commands", "--register"]);
    assert!(
        told.starts_with("exit 2\n") && told.contains("has no `discord`"),
        "{told}"
    );
}

#[test]
fn the_manifest_of_the_slack_app_fits_the_configuration() {
    let slack = "slack: { app_id: A1, team_id: T1, api_url: \"http://127.0.0.1:9/api\", commands: [/flow], bot_token: { env: NOT_SET }, app_token: { env: NOT_SET } }\n";
    let folder = folder_with(&format!("{CONFIG}{slack}"));
    let told = sluice(folder.path(), &["commands", "--format", "slack-manifest"]);
    let manifest: serde_json::Value = serde_json::from_str(told.trim_start_matches("exit 0\n")).unwrap();
    assert_eq!(manifest["features"]["slash_commands"][0]["command"], "/flow");
    assert_eq!(manifest["settings"]["socket_mode_enabled"], true);
    let folder = folder_with(CONFIG);
    let told = sluice(folder.path(), &["commands", "--format", "slack-manifest"]);
    assert!(
        told.starts_with("exit 2\n") && told.contains("has no `slack`"),
        "{told}"
    );
}

#[test]
fn without_a_bot_an_ask_exits_with_2() {
    let folder = folder_with(CONFIG);
    let told = sluice(folder.path(), &["ask", "status"]).replace(folder.path().to_str().unwrap(), "DIR");
    assert_snapshot!(told, @r"
    exit 2
    no bot: DIR/sluice.db.token cannot be read (No such file or directory (os error 2)); start one with `sluice run`
    ");
    std::fs::write(folder.path().join("sluice.db.token"), "of an earlier run").unwrap();
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let config = format!("{CONFIG}listen: {{ private: \"{free}\" }}\n");
    std::fs::write(folder.path().join("sluice.yaml"), config).unwrap();
    let told = sluice(folder.path(), &["ask", "status"]).replace(&free.to_string(), "ADDRESS");
    assert!(
        told.starts_with("exit 2\nno Sluice answers at http://ADDRESS/"),
        "{told}"
    );
    assert!(
        told.trim_end().ends_with("; start one with `sluice run`"),
        "{told}"
    );
}

#[test]
fn wrong_usage_exits_with_2() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [&["frobnicate"][..], &["ask"], &["check", "--onlin"], &[]] {
        let told = sluice(folder.path(), arguments);
        assert!(told.starts_with("exit 2\n"), "{arguments:?}: {told}");
    }
    assert!(sluice(folder.path(), &["version"]).starts_with("exit 0\nsluice "));
}

#[test]
fn an_audit_without_a_ledger_says_so() {
    let folder = folder_with(CONFIG);
    let told = sluice(folder.path(), &["audit", "verify"]).replace(folder.path().to_str().unwrap(), "DIR");
    assert_snapshot!(told, @r"
    exit 1
    there is no ledger DIR/sluice.db: start one with `sluice run`, or name its file under `ledger`
    ");
    assert!(!folder.path().join("sluice.db").exists());
}
