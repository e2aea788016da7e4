//! Real processes: `sleep`, and a shell where one must refuse to end.

use super::*;

/// A launch of a program of the system into a folder, marked by an argument of its own.
fn launch(dir: &Path, program: &str, args: &[&str]) -> Launch {
    Launch {
        program: program.into(),
        args: args.iter().map(Into::into).collect(),
        env: BTreeMap::new(),
        dir: dir.to_owned(),
        stdout: dir.join("out"),
        stderr: dir.join("out"),
    }
}

/// Seconds to sleep that no other process on this machine sleeps: the marker to find it by.
fn marker(name: u32) -> String {
    format!("{}.{name}", 1000 + std::process::id())
}

/// Kills the process when a test ends early.
struct Guard(Running);

impl Drop for Guard {
    fn drop(&mut self) {
        let _ = self.0.kill();
    }
}

fn started(launch: &Launch) -> (Running, Guard) {
    let running = start(launch).unwrap();
    (running, Guard(running))
}

#[tokio::test]
async fn a_process_is_found_again_by_its_arguments_and_stopped() {
    let dir = tempfile::tempdir().unwrap();
    let mark = marker(1);
    let (running, _guard) = started(&launch(dir.path(), "/bin/sleep", &[&mark]));
    assert!(running.is_alive());

    let found = find(|args| args.get(1) == Some(&mark));
    assert_eq!(found, [(running, vec!["/bin/sleep".to_owned(), mark.clone()])]);

    assert_eq!(
        running.stop(Duration::from_secs(5)).await.unwrap(),
        Ended::ByItself
    );
    assert!(!running.is_alive());
    assert_eq!(find(|args| args.get(1) == Some(&mark)), []);
    assert_eq!(running.stop(Duration::from_secs(5)).await.unwrap(), Ended::Before);
}

#[tokio::test]
async fn a_process_that_does_not_listen_is_killed() {
    let dir = tempfile::tempdir().unwrap();
    let deaf = "trap '' TERM; echo deaf; while :; do read -r line < pipe; done";
    // A read from a pipe that nobody writes to: it waits without a child.
    rustix::fs::mkfifoat(rustix::fs::CWD, dir.path().join("pipe"), rustix::fs::Mode::RUSR).unwrap();
    let (running, _guard) = started(&launch(dir.path(), "/bin/sh", &["-c", deaf]));
    while std::fs::read_to_string(dir.path().join("out")).unwrap() != "deaf\n" {
        tokio::task::yield_now().await;
    }
    assert_eq!(
        running.stop(Duration::from_millis(100)).await.unwrap(),
        Ended::Killed
    );
    assert!(!running.is_alive());
}

#[tokio::test]
async fn a_child_that_ended_leaves_no_zombie() {
    let dir = tempfile::tempdir().unwrap();
    let (running, _guard) = started(&launch(dir.path(), "/bin/true", &[]));
    running.ended().await;
    assert!(!running.is_alive());
    // Reaped: its entry in /proc goes away as soon as the waiting task has had its turn.
    let reaped = async {
        while stat(running.pid).is_ok_and(|stat| stat.starttime == running.started) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), reaped)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_number_that_was_given_to_another_process_is_not_signalled() {
    let dir = tempfile::tempdir().unwrap();
    let (running, _guard) = started(&launch(dir.path(), "/bin/sleep", &[&marker(2)]));
    let earlier = Running {
        started: running.started - 1,
        ..running
    };
    assert!(!earlier.is_alive());
    assert_eq!(earlier.kill().unwrap(), Told::Gone);
    earlier.ended().await;
    assert!(running.is_alive());
}

#[tokio::test]
async fn a_process_gets_a_closed_environment_and_a_group_of_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let mut launch = launch(dir.path(), "/usr/bin/env", &[]);
    launch.env.insert("FLINK_CONF_DIR", "/a b/$HOME;x".into());
    let (running, _guard) = started(&launch);
    running.ended().await;
    let printed = std::fs::read_to_string(dir.path().join("out")).unwrap();
    assert!(
        printed.lines().any(|line| line == "FLINK_CONF_DIR=/a b/$HOME;x"),
        "{printed}"
    );
    let names = printed.lines().filter_map(|line| Some(line.split_once('=')?.0));
    for name in names {
        assert!(
            INHERITED.contains(&name) || name == "FLINK_CONF_DIR",
            "{name} was passed on"
        );
    }

    let (running, _guard) = started(&self::launch(dir.path(), "/bin/sleep", &[&marker(3)]));
    assert_eq!(stat(running.pid).unwrap().pgrp.unsigned_abs(), running.pid);
}

#[tokio::test]
async fn what_cannot_be_started_says_why() {
    let dir = tempfile::tempdir().unwrap();
    let refusal = |launch: &Launch| start(launch).unwrap_err().to_string();
    assert_eq!(
        refusal(&launch(dir.path(), "sleep", &["1"])),
        "sleep is not an absolute path"
    );
    assert_eq!(
        refusal(&launch(dir.path(), "/no/such", &[])),
        "cannot start /no/such"
    );
    assert_eq!(
        refusal(&launch(dir.path(), "/bin/sleep", &["a\0b"])),
        "cannot start /bin/sleep"
    );
    let mut nowhere = launch(dir.path(), "/bin/sleep", &["1"]);
    nowhere.stdout = "/no/such/out".into();
    assert_eq!(refusal(&nowhere), "cannot write /no/such/out");
}
