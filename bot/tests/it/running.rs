//! A bot that runs: what it prints, what it answers over HTTP, how it ends. Its Flink does not answer, which must not
//! keep it from being ready.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use fakes::flink::{FakeFlink, job};
use serde_json::Value;
use tempfile::TempDir;

/// A bot is stopped within this, whatever it is doing.
const STOPPED_WITHIN: Duration = Duration::from_secs(5);

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// A folder with a configuration, and the address that it listens on. Its Flink does not answer.
fn folder(mode: &str) -> (TempDir, SocketAddr) {
    folder_for(mode, &format!("http://{}", free_address()))
}

/// The same with a Flink of its own.
fn folder_for(mode: &str, flink_url: &str) -> (TempDir, SocketAddr) {
    let folder = tempfile::tempdir().unwrap();
    let address = free_address();
    let config = format!(
        "mode: {mode}\nlisten: {{ private: \"{address}\" }}\npeople: {{ ana: {{ name: Ana }}, bo: {{}} }}\n\
         groups: {{ owners: {{ people: [ana, bo] }} }}\nenvironments:\n  shop: {{ platform: standalone, flink_url: \"{flink_url}\", channels: [\"console:ops\"] }}\npolicy:\n  - {{ environments: [\"*\"], verbs: [\"*\"], need: \
         [{{ count: 1, from: owners }}], vote_within: 30m }}\n"
    );
    fs::write(folder.path().join("sluice.yaml"), config).unwrap();
    (folder, address)
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test of the program starts the program"
)]
fn sluice(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sluice"));
    command
        .current_dir(folder)
        .env_clear()
        .args(arguments)
        .stdin(Stdio::null());
    command
}

fn done(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = sluice(folder, arguments).output().unwrap();
    let text = String::from_utf8_lossy(&stdout).into_owned() + &String::from_utf8_lossy(&stderr);
    (status.code().unwrap(), text)
}

/// A running bot; it does not outlive its test.
struct Bot {
    process: Child,
    folder: PathBuf,
    address: SocketAddr,
}

impl Bot {
    /// Starts it and waits until it answers.
    fn start(folder: &Path, address: SocketAddr) -> Self {
        let mut command = sluice(folder, &["run"]);
        let process = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut bot = Self {
            process,
            folder: folder.to_owned(),
            address,
        };
        let deadline = Instant::now() + Duration::from_secs(60);
        while bot
            .get("/readyz")
            .is_none_or(|answer| !answer.starts_with("HTTP/1.1 200"))
        {
            assert!(Instant::now() < deadline, "it does not become ready");
            assert!(
                bot.process.try_wait().unwrap().is_none(),
                "it ended: {}",
                bot.stderr()
            );
        }
        bot
    }

    /// A whole answer, or `None` where nobody listens.
    fn get(&self, path: &str) -> Option<String> {
        self.call(&format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            self.address
        ))
    }

    fn call(&self, request: &str) -> Option<String> {
        let mut stream = TcpStream::connect(self.address).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        Some(answer)
    }

    /// The same with the token of this start.
    fn authorized(&self, path: &str) -> Option<String> {
        let (address, token) = (self.address, self.token());
        self.call(&format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
        ))
    }

    fn token(&self) -> String {
        fs::read_to_string(self.folder.join("sluice.db.token")).unwrap()
    }

    fn stderr(&mut self) -> String {
        let mut text = String::new();
        self.process
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        text
    }

    /// Sends SIGTERM and answers the exit code, and what was printed.
    fn stop(mut self) -> (i32, Vec<String>) {
        let pid = rustix::process::Pid::from_child(&self.process);
        let asked = Instant::now();
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        let code = self.process.wait().unwrap().code().unwrap();
        assert!(
            asked.elapsed() < STOPPED_WITHIN,
            "stopping took {:?}",
            asked.elapsed()
        );
        let stdout = BufReader::new(self.process.stdout.take().unwrap());
        (code, stdout.lines().map(Result::unwrap).collect())
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn in_demo_mode_one_line_names_the_page_and_its_token() {
    let (folder, address) = folder("demo");
    let bot = Bot::start(folder.path(), address);
    let token = bot.token();
    let mode = fs::metadata(folder.path().join("sluice.db.token"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let (code, printed) = bot.stop();
    assert_eq!(printed, [format!("console http://{address}/#token={token}")]);
    assert_eq!(code, 0);
}

#[test]
fn in_production_no_token_is_printed_and_only_looks_are_answered() {
    let (folder, address) = folder("production");
    let bot = Bot::start(folder.path(), address);
    let token = bot.token();
    let (code, answer) = done(folder.path(), &["ask", "envs"]);
    assert_eq!(code, 0, "{answer}");
    assert!(answer.contains("shop"), "{answer}");
    let (code, answer) = done(folder.path(), &["ask", "scale orders parallelism 4"]);
    assert!(code == 1 && answer.contains("[LOOKS_ONLY]"), "{code} {answer}");
    let (code, answer) = done(folder.path(), &["ask", "envs", "--as", "ana"]);
    assert!(code == 1 && answer.contains("[READ_ONLY]"), "{code} {answer}");
    let (code, printed) = bot.stop();
    assert_eq!((code, printed), (0, Vec::<String>::new()));
    assert!(!token.is_empty());
}

#[test]
fn every_start_has_a_token_of_its_own() {
    let (folder, address) = folder("demo");
    let first = Bot::start(folder.path(), address);
    let old = first.token();
    first.stop();
    let bot = Bot::start(folder.path(), address);
    assert_ne!(bot.token(), old);
    let request = format!(
        "GET /api/channels/ops HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {old}\r\nConnection: close\r\n\r\n"
    );
    assert!(bot.call(&request).unwrap().starts_with("HTTP/1.1 401"));
    bot.stop();
}

#[test]
fn health_status_and_metrics_need_no_token_and_name_nobody() {
    let (folder, address) = folder("demo");
    let bot = Bot::start(folder.path(), address);
    for path in ["/healthz", "/readyz", "/status", "/metrics"] {
        let answer = bot.get(path).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
        assert!(
            !answer.contains("ana") && !answer.contains(&bot.token()),
            "{path}: {answer}"
        );
    }
    let status = bot.get("/status").unwrap();
    let status: Value = serde_json::from_str(status.split_once("\r\n\r\n").unwrap().1).unwrap();
    assert_eq!(status["ready"], true);
    assert_eq!(status["ledger"]["writable"], true);
    assert_eq!(status["environments"]["shop"]["platform"], "standalone");
    assert_eq!(status["environments"]["shop"]["last_reach"], Value::Null);
    assert!(bot.get("/metrics").unwrap().contains("sluice_ledger_writable 1"));
    bot.stop();
}

#[test]
fn a_port_in_use_and_a_ledger_in_use_end_a_start_with_1() {
    let (folder, address) = folder("demo");
    let bot = Bot::start(folder.path(), address);
    let (code, told) = done(folder.path(), &["run"]);
    assert_eq!(code, 1);
    assert!(
        told.starts_with(&format!("{address} is in use: stop the other program, or ")),
        "{told}"
    );
    let mut second = sluice(folder.path(), &["run"]);
    let second = second
        .env("SLUICE__LISTEN__PRIVATE", free_address().to_string())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&second.stderr);
    assert_eq!(second.status.code(), Some(1));
    assert!(
        told.starts_with("another sluice is running on ") && told.trim_end().lines().count() == 1,
        "{told}"
    );
    let (code, told) = done(folder.path(), &["audit", "verify"]);
    // The policy in force is on record, and nothing else.
    assert!(
        code == 0 && told.starts_with("whole: 1 entries of 0 requests"),
        "{told}"
    );
    bot.stop();
}

/// Starts, and stops once the policy in force is on record: the audit's entries.
fn entries_after_a_start(folder: &Path, address: SocketAddr) -> Vec<Value> {
    let bot = Bot::start(folder, address);
    let deadline = Instant::now() + Duration::from_secs(30);
    let entries = loop {
        let (code, log) = done(folder, &["audit", "export"]);
        assert_eq!(code, 0, "{log}");
        let entries: Vec<Value> = log
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        if !entries.is_empty() {
            break entries;
        }
        assert!(Instant::now() < deadline, "nothing is on record");
    };
    bot.stop();
    entries
}

#[test]
fn i19_a_start_that_finds_another_policy_puts_it_on_record_and_says_so() {
    let (folder, address) = folder("demo");
    let first = entries_after_a_start(folder.path(), address);
    assert_eq!(first[0]["events"][0]["kind"], "PolicyInForce");
    assert_eq!(
        (&first[0]["request"], &first[0]["person"]),
        (&"R-0".into(), &"sluice".into())
    );
    assert_eq!(
        entries_after_a_start(folder.path(), address),
        first,
        "nothing changed"
    );

    let file = folder.path().join("sluice.yaml");
    let looser = fs::read_to_string(&file)
        .unwrap()
        .replace("people: [ana, bo]", "people: [ana, bo, cy]");
    fs::write(&file, looser.replace("bo: {}", "bo: {}, cy: {}")).unwrap();
    let bot = Bot::start(folder.path(), address);
    let deadline = Instant::now() + Duration::from_secs(30);
    let told = loop {
        let seen = bot.authorized("/api/channels/ops").unwrap();
        if seen.contains("The rules have changed") {
            break seen;
        }
        assert!(Instant::now() < deadline, "it does not say so: {seen}");
    };
    assert!(
        told.contains("People, groups") && !told.contains("\"label\":\"Policy\""),
        "{told}"
    );
    let (_, log) = done(folder.path(), &["audit", "export"]);
    let second: Value = serde_json::from_str(log.lines().last().unwrap()).unwrap();
    let digests = |entry: &Value| entry["events"][0].clone();
    assert_eq!(digests(&second)["policy"], digests(&first[0])["policy"]);
    assert_ne!(digests(&second)["people"], digests(&first[0])["people"]);
    let (code, verified) = done(folder.path(), &["audit", "verify"]);
    assert!(
        code == 0 && verified.starts_with("whole: 2 entries"),
        "{verified}"
    );
    bot.stop();
}

#[test]
fn the_status_says_when_the_console_last_heard_something_and_the_log_where_the_ledger_ended() {
    let (folder, address) = folder("demo");
    let mut bot = Bot::start(folder.path(), address);
    let beat = |bot: &Bot| {
        let status = bot.get("/status").unwrap();
        let status: Value = serde_json::from_str(status.split_once("\r\n\r\n").unwrap().1).unwrap();
        status["chats"]["console"]["last_beat"].clone()
    };
    assert_eq!(beat(&bot), Value::Null);
    assert_eq!(done(folder.path(), &["ask", "envs"]).0, 0);
    assert!(beat(&bot).as_str().unwrap().starts_with("20"), "a time");
    bot.process.kill().unwrap();
    let log = bot.stderr();
    assert!(
        log.contains("the ledger ends at this seal") && log.contains("anchor.seal=0"),
        "{log}"
    );
}

#[test]
fn a_mistake_that_is_typed_is_answered_and_exits_with_1() {
    let (folder, address) = folder("demo");
    let bot = Bot::start(folder.path(), address);
    let (code, answer) = done(folder.path(), &["ask", "statu", "--as", "ana"]);
    assert!(code == 1 && answer.contains("/flink status"), "{code} {answer}");
    let (code, answer) = done(
        folder.path(),
        &["ask", "whoami", "--as", "ana", "--in", "console:ops", "--json"],
    );
    assert_eq!(code, 0, "{answer}");
    let messages: Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(messages[0]["only_for"], "ana");
    assert!(
        messages[0]["text"].as_str().unwrap().contains("owners"),
        "{answer}"
    );
    let (code, answer) = done(
        folder.path(),
        &["ask", "scale orders parallelism 4", "--as", "ana", "--wait"],
    );
    assert!(code == 1 && answer.contains("UNREACHABLE"), "{code} {answer}");
    let (code, answer) = done(folder.path(), &["ask", "status", "--in", "nowhere"]);
    assert!(
        code == 1 && answer.contains("[UNKNOWN_CHANNEL]"),
        "{code} {answer}"
    );
    bot.stop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_is_asked_for_and_decided_from_terminals() {
    let flink = FakeFlink::start().await;
    let orders = job("orders")
        .parallelism(1)
        .with_checkpoints_every(Duration::from_secs(5));
    flink
        .with_taskmanagers(2, 4)
        .runs(orders.running_for(Duration::from_secs(3_600)));
    let (folder, address) = folder_for("demo", &flink.url());
    let bot = Bot::start(folder.path(), address);
    let (code, answer) = done(folder.path(), &["ask", "status", "--as", "bo"]);
    assert!(code == 0 && answer.contains("orders"), "{code} {answer}");

    let mut waits = sluice(
        folder.path(),
        &["ask", "scale orders parallelism 4", "--as", "ana", "--wait"],
    );
    let waits = waits
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // R-1 is there within a look at Flink; until then nobody knows it.
    let deadline = Instant::now() + Duration::from_secs(30);
    let refused = loop {
        assert!(Instant::now() < deadline, "R-1 does not come");
        let (code, answer) = done(folder.path(), &["ask", "approve R-1", "--as", "ana"]);
        assert_eq!(code, 1, "{answer}");
        if !answer.contains("UNKNOWN_REQUEST") {
            break answer;
        }
    };
    assert!(refused.contains("[SELF_APPROVAL]"), "{refused}");
    let (code, answer) = done(folder.path(), &["ask", "show R-1", "--as", "bo", "--wait"]);
    assert!(
        code == 0 && answer.contains("scale orders parallelism 4"),
        "a look has its answer: {answer}"
    );
    let (code, answer) = done(
        folder.path(),
        &["ask", "scale orders parallelism 200", "--as", "ana"],
    );
    assert!(
        code == 1 && answer.contains("[ABOVE_MAX_PARALLELISM]"),
        "{code} {answer}"
    );
    let (code, answer) = done(
        folder.path(),
        &["ask", "deny R-1 because \"not now\"", "--as", "bo"],
    );
    assert_eq!(code, 0, "{answer}");

    let ended = waits.wait_with_output().unwrap();
    let told = String::from_utf8_lossy(&ended.stdout);
    assert_eq!(ended.status.code(), Some(1), "{told}");
    assert!(told.contains("denied") && told.contains("not now"), "{told}");
    let (code, log) = done(folder.path(), &["audit", "export"]);
    assert_eq!(code, 0, "{log}");
    let kinds = [
        "Asked",
        "Planned",
        "ApprovalWanted",
        "AttemptRefused",
        "VoteCast",
        "Denied",
    ];
    for kind in kinds {
        assert!(
            log.contains(&format!("\"kind\":\"{kind}\"")),
            "{kind} is not in {log}"
        );
    }
    assert_eq!(flink.parallelism("orders"), 1);
    let (code, _) = bot.stop();
    assert_eq!(code, 0);
}
