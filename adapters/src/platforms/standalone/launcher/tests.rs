//! The launcher with a `java` that is a small script: real processes, no Flink.

use std::path::Path;

use commands::names::StepKey;

use super::*;

/// A launcher whose `java` is the script of this name.
fn launcher(dir: &Path, java: &str) -> Launcher {
    let scripts = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/java");
    Launcher::new(Config {
        java: Path::new(scripts).join(java),
        ..config(dir)
    })
    .unwrap()
}

fn config(dir: &Path) -> Config {
    Config {
        java: "/usr/bin/java".into(),
        lib: dir.join("lib"),
        conf: dir.join("conf"),
        logs: dir.to_owned(),
        memory_bytes: 2 << 30,
        slots: 1,
        max: 4,
    }
}

/// A folder with the pipe that the waiting script waits on.
fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    rustix::fs::mkfifoat(rustix::fs::CWD, dir.path().join("pipe"), rustix::fs::Mode::RUSR).unwrap();
    dir
}

fn id(digit: char) -> TaskManagerId {
    TaskManagerId::of_step(&StepKey::parse(&digit.to_string().repeat(32)).unwrap())
}

/// Kills what a test started, also when it fails.
pub struct Guard<'a>(pub &'a Launcher);

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        for (running, _) in process::find(|args| java::of_ours(self.0.config(), args).is_some()) {
            let _ = running.kill();
        }
    }
}

fn code(outcome: Result<(), Fault>) -> String {
    match outcome {
        Ok(()) => "done".to_owned(),
        Err(Fault::Rejected { code, said, .. }) => format!("{code}: {said}"),
        Err(fault) => fault.to_string(),
    }
}

#[tokio::test]
async fn a_taskmanager_is_started_once_per_key_and_found_by_a_later_sluice() {
    let dir = folder();
    let launcher = launcher(dir.path(), "waits");
    let _guard = Guard(&launcher);
    launcher.start(&id('a'), 1, 2 << 30).await.unwrap();
    let first = launcher.ours().await;
    launcher.start(&id('a'), 1, 2 << 30).await.unwrap();
    launcher.start(&id('b'), 1, 2 << 30).await.unwrap();

    let later = self::launcher(dir.path(), "waits");
    let ours = later.ours().await;
    assert_eq!(ours.keys().collect::<Vec<_>>(), [&id('a'), &id('b')]);
    assert_eq!(
        ours[&id('a')],
        first[&id('a')],
        "the second start found the first process"
    );

    later.stop(&id('a')).await.unwrap();
    ours[&id('a')].ended().await;
    assert_eq!(launcher.ours().await.keys().collect::<Vec<_>>(), [&id('b')]);
}

#[tokio::test]
async fn two_starts_at_once_for_one_key_make_one_process() {
    let dir = folder();
    let launcher = launcher(dir.path(), "waits");
    let _guard = Guard(&launcher);
    let id = id('c');
    let (one, other) = tokio::join!(launcher.start(&id, 1, 2 << 30), launcher.start(&id, 1, 2 << 30));
    assert_eq!((code(one), code(other)), ("done".to_owned(), "done".to_owned()));
    let processes = process::find(|args| java::of_ours(launcher.config(), args).is_some());
    assert_eq!(processes.len(), 1);
}

#[tokio::test]
async fn a_stop_that_is_repeated_does_no_harm_and_a_stranger_is_not_stopped() {
    let dir = folder();
    let launcher = launcher(dir.path(), "waits");
    assert_eq!(
        code(launcher.stop(&id('d')).await),
        "done",
        "ours, and it has ended"
    );
    let stranger = TaskManagerId::parse("tm-1").unwrap();
    assert_eq!(
        code(launcher.stop(&stranger).await),
        "NOT_OURS: Sluice did not start tm-1"
    );
}

#[tokio::test]
async fn a_taskmanager_of_another_configuration_is_not_ours() {
    let (dir, elsewhere) = (folder(), folder());
    let launcher = launcher(dir.path(), "waits");
    let _guard = Guard(&launcher);
    launcher.start(&id('e'), 1, 2 << 30).await.unwrap();
    let other = self::launcher(elsewhere.path(), "waits");
    assert_eq!(other.ours().await, BTreeMap::new());
    assert_eq!(code(other.stop(&id('e')).await), "done");
    assert_eq!(launcher.ours().await.len(), 1, "it still lives");
}

#[tokio::test]
async fn a_start_that_fails_says_why() {
    let dir = folder();
    let failing = launcher(dir.path(), "fails");
    let words = "ENDED_AT_ONCE: Error: Could not find or load main class; password=***";
    assert_eq!(code(failing.start(&id('f'), 1, 2 << 30).await), words);
    assert_eq!(
        code(failing.start(&id('f'), 1, 2 << 30).await),
        words,
        "only what this start printed"
    );
    let missing = launcher(dir.path(), "no-such-java");
    let said = code(missing.start(&id('f'), 1, 2 << 30).await);
    assert!(
        said.starts_with("NOT_STARTED: cannot start ") && said.contains("No such file"),
        "{said}"
    );
    assert!(code(failing.start(&id('f'), 1, 1 << 30).await).starts_with("TOO_SMALL: "));
}

#[test]
fn a_config_that_cannot_work_is_refused() {
    let dir = Path::new("/opt/flink");
    let refused = |config: Config| Launcher::new(config).map(|_| ()).unwrap_err().to_string();
    assert!(Launcher::new(config(dir)).is_ok());
    assert_eq!(
        refused(Config {
            lib: "lib".into(),
            ..config(dir)
        }),
        "lib must be an absolute path without a colon"
    );
    assert_eq!(
        refused(Config {
            conf: "/a:b".into(),
            ..config(dir)
        }),
        "/a:b must be an absolute path without a colon"
    );
    assert_eq!(
        refused(Config {
            slots: 0,
            ..config(dir)
        }),
        "slots and max must be 1 or more"
    );
    assert_eq!(
        refused(Config {
            memory_bytes: 1 << 30,
            ..config(dir)
        }),
        "a TaskManager of 1024 MiB has too little heap for tasks; give it 1088 MiB or more"
    );
}
