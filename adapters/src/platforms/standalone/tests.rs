//! The platform as the runner uses it, on the fake Flink and with a `java` that is a small script.

mod real;

use std::path::Path;

use commands::names::{At, JobId};
use commands::observed::Bounds;
use fakes::flink::{FakeFlink, job};

use super::*;

/// A clock that shows one instant.
pub struct Still(pub i64);

impl Clock for Still {
    fn now(&self) -> At {
        At(self.0)
    }
}

pub fn shop() -> Environment {
    Environment::parse("shop").unwrap()
}

pub fn key(digit: char) -> StepKey {
    StepKey::parse(&digit.to_string().repeat(32)).unwrap()
}

fn launcher_in(dir: &Path) -> launcher::Config {
    launcher::Config {
        java: Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/java/waits"),
        lib: dir.join("lib"),
        conf: dir.join("conf"),
        logs: dir.to_owned(),
        memory_bytes: 2 << 30,
        slots: 2,
        max: 3,
    }
}

fn platform(flink: &FakeFlink, launcher: Option<launcher::Config>) -> Standalone {
    let config = Config {
        flink_url: Url::parse(&flink.url()).unwrap(),
        launcher,
    };
    Standalone::new([(shop(), config)].into(), Arc::new(Still(7)))
        .map_err(|(_, error)| error)
        .unwrap()
}

async fn does(platform: &Standalone, action: &Action, key: &StepKey) -> Result<Handle, Fault> {
    platform.clusters[&shop()]
        .carry_out(action, key, &BTreeMap::new())
        .await
}

fn start() -> Action {
    Action::StartTaskManager {
        slots: 2,
        memory_bytes: 2 << 30,
    }
}

fn stop(id: &TaskManagerId) -> Action {
    Action::StopTaskManager {
        id: Value::Known(id.clone()),
    }
}

#[tokio::test]
async fn a_taskmanager_is_ours_while_its_process_is() {
    let dir = tempfile::tempdir().unwrap();
    rustix::fs::mkfifoat(rustix::fs::CWD, dir.path().join("pipe"), rustix::fs::Mode::RUSR).unwrap();
    let flink = FakeFlink::start().await;
    flink.with_taskmanagers(1, 2);
    let platform = platform(&flink, Some(launcher_in(dir.path())));
    let _guard = launcher::tests::Guard(platform.clusters[&shop()].launcher.as_ref().unwrap());

    let handle = does(&platform, &start(), &key('1')).await.unwrap();
    let id = TaskManagerId::of_step(&key('1'));
    assert_eq!(handle, Handle(id.to_string()));
    flink.register_taskmanager(id.as_str(), 2);

    let observed = platform.look(&shop(), &LookFor::default()).await;
    assert_eq!(observed.at, At(7));
    let cluster = observed.cluster.get().unwrap();
    let ours: BTreeMap<_, _> = cluster
        .task_managers
        .iter()
        .map(|tm| (tm.id.as_str(), tm.ours))
        .collect();
    assert_eq!(ours, [(id.as_str(), true), ("tm-1", false)].into());
    assert_eq!(
        cluster.launcher,
        Some(Means {
            slots: 2,
            memory_bytes: 2 << 30,
            max: 3
        })
    );

    let process = platform.clusters[&shop()].launcher.as_ref().unwrap().ours().await[&id];
    does(&platform, &stop(&id), &key('2')).await.unwrap();
    process.ended().await;
    let observed = platform.look(&shop(), &LookFor::default()).await;
    assert!(
        observed
            .cluster
            .get()
            .unwrap()
            .task_managers
            .iter()
            .all(|tm| !tm.ours)
    );
    does(&platform, &stop(&id), &key('2')).await.unwrap();
    flink.assert_lawful();
}

#[tokio::test]
async fn no_taskmanager_is_started_before_the_jobmanager_answers() {
    let dir = tempfile::tempdir().unwrap();
    let flink = FakeFlink::start().await;
    let platform = platform(&flink, Some(launcher_in(dir.path())));
    flink.goes_down();
    assert!(matches!(
        does(&platform, &start(), &key('3')).await,
        Err(Fault::Transient { .. })
    ));
    assert!(
        platform.clusters[&shop()]
            .launcher
            .as_ref()
            .unwrap()
            .ours()
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn without_a_launcher_nothing_is_started_or_stopped_here() {
    let flink = FakeFlink::start().await;
    flink.with_taskmanagers(1, 2);
    let platform = platform(&flink, None);
    let code = async |action: Action| match does(&platform, &action, &key('4')).await {
        Err(Fault::Rejected { code, .. }) => code,
        outcome => panic!("{outcome:?}"),
    };
    assert_eq!(code(start()).await, "NO_LAUNCHER");
    assert_eq!(
        code(stop(&TaskManagerId::parse("tm-1").unwrap())).await,
        "NOT_OURS"
    );
    assert_eq!(
        code(Action::StopTaskManager {
            id: Value::From { step: 3 }
        })
        .await,
        "NO_SUCH_OUTPUT"
    );
}

#[tokio::test]
async fn what_an_earlier_step_named_is_stopped() {
    let flink = FakeFlink::start().await;
    let platform = platform(&flink, None);
    let outputs = [(3, Output::TaskManager(TaskManagerId::parse("tm-9").unwrap()))].into();
    let action = Action::StopTaskManager {
        id: Value::From { step: 3 },
    };
    let outcome = platform.clusters[&shop()]
        .carry_out(&action, &key('5'), &outputs)
        .await;
    let Err(Fault::Rejected { said, .. }) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(said, "Sluice did not start tm-9");
}

#[tokio::test]
async fn waiting_and_asking_a_person_send_nothing() {
    let flink = FakeFlink::start().await;
    let platform = platform(&flink, None);
    for action in [
        Action::AwaitIdleTaskManager {
            among: Vec::new(),
            or_busy: false,
        },
        Action::AskPerson {
            what: "drain".to_owned(),
        },
    ] {
        assert_eq!(
            does(&platform, &action, &key('6')).await.unwrap(),
            Handle("-".to_owned())
        );
    }
    assert_eq!(flink.calls(), []);
}

#[tokio::test]
async fn a_flink_that_is_down_is_unreachable_and_not_an_error() {
    let flink = FakeFlink::start().await;
    let platform = platform(&flink, None);
    flink.goes_down();
    let observed = platform.look(&shop(), &LookFor::default()).await;
    let Seen::Unreachable { why } = observed.cluster else {
        panic!("seen")
    };
    assert!(why.starts_with("GET /") && why.contains("no connection"), "{why}");
    assert!(matches!(
        platform.sample(&shop()).await,
        Err(Fault::Transient { .. })
    ));
}

#[tokio::test]
async fn an_environment_that_is_not_in_the_config_is_refused() {
    let flink = FakeFlink::start().await;
    let platform = platform(&flink, None);
    let other = Environment::parse("other").unwrap();
    let observed = platform.look(&other, &LookFor::default()).await;
    assert!(matches!(observed.cluster, Seen::Unreachable { .. }));
    assert!(matches!(
        platform.sample(&other).await,
        Err(Fault::Rejected {
            code: "UNKNOWN_ENVIRONMENT",
            ..
        })
    ));
}

#[tokio::test]
async fn a_checkpoint_goes_out_under_the_steps_key() {
    let flink = FakeFlink::start().await;
    flink.with_taskmanagers(1, 2).runs(job("orders").parallelism(2));
    let platform = platform(&flink, None);
    let action = Action::Checkpoint {
        job: JobId::parse(&flink.job_id("orders")).unwrap(),
    };
    let handle = does(&platform, &action, &key('7')).await.unwrap();
    assert_eq!(handle, Handle("7".repeat(32)));
    does(&platform, &action, &key('7')).await.unwrap();
    assert_eq!(flink.effects().len(), 1);
    let bounds = Action::SetBounds {
        job: JobId::parse(&flink.job_id("orders")).unwrap(),
        bounds: flink
            .vertices("orders")
            .iter()
            .map(|vertex| (vertex.id.parse().unwrap(), Bounds { lower: 1, upper: 1 }))
            .collect(),
    };
    does(&platform, &bounds, &key('8')).await.unwrap();
    assert_eq!(flink.bounds("orders").upper, 1);
}

#[test]
fn a_launcher_needs_a_flink_on_this_machine() {
    let make = |url: &str, launcher: Option<launcher::Config>| {
        let config = Config {
            flink_url: Url::parse(url).unwrap(),
            launcher,
        };
        Standalone::new([(shop(), config)].into(), Arc::new(Still(0)))
            .map(|_| ())
            .map_err(|(_, error)| error.to_string())
    };
    let launcher = || Some(launcher_in(Path::new("/opt/flink")));
    assert!(make("http://127.0.0.1:8081", launcher()).is_ok());
    assert!(make("http://localhost:8081", launcher()).is_ok());
    assert!(make("http://flink.example:8081", None).is_ok());
    assert_eq!(
        make("http://flink.example:8081", launcher()).unwrap_err(),
        "a launcher needs a flink_url on this machine, such as http://127.0.0.1:8081"
    );
    assert!(make("http://169.254.169.254", None).is_err());
}
