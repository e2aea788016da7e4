//! A real Flink on this machine (`deploy/local`), seen, sampled and changed through the platform as the runner uses it.
//!
//! Runs where `SLUICE_DEMO_FLINK` names a folder with Flink's jars in `lib`, as the make targets do; else says so and
//! ends.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::net::TcpListener;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};

use approvals::ports::{Clock, Sampling};
use commands::names::At;
use commands::observed::{Bounds, Cluster, Job, Scheduler, TaskManager, Trigger};
use commands::signals::Signal;
use commands::windows::{Sample, Sampled};
use futures::FutureExt as _;

use super::*;
use crate::process::{self, Launch};

/// A JVM is ready in 5 s on an idle machine; starved by builds it has taken 47 s.
const READY_WITHIN: Duration = Duration::from_secs(120);

/// How often Flink is asked while something is awaited.
const ASK_AGAIN: Duration = Duration::from_millis(200);

struct Wall;

impl Clock for Wall {
    fn now(&self) -> At {
        let since = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap();
        At(i64::try_from(since.as_millis()).unwrap())
    }
}

/// A cluster in a folder of its own, with one TaskManager of one slot that somebody else started.
struct RealFlink {
    dir: tempfile::TempDir,
    jars: PathBuf,
    platform: Standalone,
}

fn jars() -> Option<PathBuf> {
    let home = PathBuf::from(std::env::var_os("SLUICE_DEMO_FLINK")?);
    home.join("lib").read_dir().ok()?.next().map(|_| home)
}

fn in_path(program: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap();
    let found = std::env::split_paths(&path)
        .map(|dir| dir.join(program))
        .find(|file| file.is_file());
    found.unwrap().canonicalize().unwrap()
}

/// A port that is free, and the next one too.
fn two_free_ports() -> u16 {
    loop {
        let first = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = first.local_addr().unwrap().port();
        if port < u16::MAX && TcpListener::bind(("127.0.0.1", port + 1)).is_ok() {
            return port;
        }
    }
}

impl RealFlink {
    fn new(jars: PathBuf) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let port = two_free_ports();
        std::fs::write(dir.path().join("port"), port.to_string()).unwrap();
        let launcher = launcher::Config {
            java: in_path("java"),
            lib: jars.join("lib"),
            conf: dir.path().join("flink/conf"),
            logs: dir.path().join("flink/log"),
            memory_bytes: memory::LEAST_PROCESS,
            slots: 3,
            max: 4,
        };
        let flink_url = Url::parse(&format!("http://127.0.0.1:{port}")).unwrap();
        let config = Config {
            flink_url,
            launcher: Some(launcher),
        };
        let platform = Standalone::new([(shop(), config)].into(), Arc::new(Wall))
            .map_err(|(_, error)| error)
            .unwrap();
        Self { dir, jars, platform }
    }

    /// Runs `deploy/local/flink-cluster.sh` with these arguments after the folder, until it ends.
    async fn script(&self, verb: &str, args: &[&str]) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/local/flink-cluster.sh");
        let cluster = self.dir.path().join("flink");
        let mut all: Vec<OsString> = vec![script.into(), verb.into(), cluster.into()];
        all.extend(args.iter().map(Into::into));
        let output = self.dir.path().join(format!("{verb}.out"));
        let launch = Launch {
            program: in_path("bash"),
            args: all,
            env: [
                ("PATH", std::env::var_os("PATH").unwrap()),
                ("SLUICE_DEMO_FLINK", self.jars.clone().into_os_string()),
            ]
            .into(),
            dir: self.dir.path().to_owned(),
            stdout: output.clone(),
            stderr: output,
        };
        process::start(&launch).unwrap().ended().await;
    }

    fn printed(&self, verb: &str) -> String {
        std::fs::read_to_string(self.dir.path().join(format!("{verb}.out"))).unwrap()
    }

    async fn up(&self) {
        let port = std::fs::read_to_string(self.dir.path().join("port")).unwrap();
        self.script("up", &[&port, "1", "1"]).await;
        assert!(
            self.printed("up").contains("Flink is ready"),
            "{}",
            self.printed("up")
        );
        self.script("run", &["--parallelism", "1"]).await;
        assert!(self.printed("run").contains("jobid"), "{}", self.printed("run"));
    }

    async fn down(&self) {
        let launcher = self.platform.clusters[&shop()].launcher.as_ref().unwrap();
        for running in launcher.ours().await.into_values() {
            running.stop(Duration::from_secs(10)).await.unwrap();
        }
        self.script("down", &[]).await;
    }

    async fn does(&self, action: &Action, key: &StepKey) -> Result<Handle, Fault> {
        self.platform.clusters[&shop()]
            .carry_out(action, key, &BTreeMap::new())
            .await
    }

    async fn code(&self, action: &Action) -> String {
        match self.does(action, &key('f')).await {
            Err(Fault::Rejected { code, said, .. }) => format!("{code}: {said}"),
            outcome => format!("{outcome:?}"),
        }
    }

    async fn look(&self, triggers: &[(JobId, StepKey)]) -> Option<Cluster> {
        let look_for = LookFor {
            triggers: triggers.to_vec(),
        };
        match self.platform.look(&shop(), &look_for).await.cluster {
            Seen::Seen(cluster) => Some(cluster),
            Seen::Unreachable { .. } => None,
        }
    }

    /// Looks until `wanted` finds what it looks for.
    async fn until<T>(&self, what: &str, wanted: impl Fn(&Cluster) -> Option<T>) -> T {
        self.until_with(what, &[], wanted).await
    }

    async fn until_with<T>(
        &self,
        what: &str,
        triggers: &[(JobId, StepKey)],
        wanted: impl Fn(&Cluster) -> Option<T>,
    ) -> T {
        let mut again = tokio::time::interval(ASK_AGAIN);
        let looking = async {
            loop {
                again.tick().await;
                if let Some(found) = self.look(triggers).await.as_ref().and_then(&wanted) {
                    return found;
                }
            }
        };
        let found = tokio::time::timeout(READY_WITHIN, looking).await;
        found.unwrap_or_else(|_| panic!("waited for {what} for {READY_WITHIN:?}"))
    }

    /// Samples as often as it goes while something else is done, and for some seconds after.
    async fn sampled_during<T>(&self, doing: impl Future<Output = T>) -> (T, Vec<Sample>) {
        let samples = std::sync::Mutex::new(Vec::new());
        let sampling = async {
            let mut again = tokio::time::interval(ASK_AGAIN);
            loop {
                again.tick().await;
                if let Ok(read) = self.platform.sample(&shop()).await {
                    samples.lock().unwrap().extend(of_jobs(read));
                }
            }
        };
        let doing = async {
            let done = doing.await;
            tokio::time::sleep(Duration::from_secs(4)).await;
            done
        };
        let done = tokio::select! {
            done = doing => done,
            () = sampling => unreachable!(),
        };
        (done, samples.into_inner().unwrap())
    }

    /// The records/s written between two samples that lie `span` apart, both of one attempt and with all signals.
    async fn written_per_s(&self, span: Duration) -> f64 {
        let mut again = tokio::time::interval(Duration::from_secs(1));
        let mut first: Option<Sample> = None;
        let reading = async {
            loop {
                again.tick().await;
                let Ok(samples) = self.platform.sample(&shop()).await else {
                    continue;
                };
                let Some(sample) = of_jobs(samples).next() else {
                    continue;
                };
                if Signal::ALL
                    .iter()
                    .any(|signal| !sample.values.contains_key(signal))
                {
                    continue;
                }
                let first = first.get_or_insert_with(|| sample.clone());
                assert_eq!(first.attempt, sample.attempt);
                let elapsed = sample.at.since(first.at);
                if Duration::from(elapsed) >= span {
                    let written = |sample: &Sample| sample.values[&Signal::RecordsWritten];
                    return (written(&sample) - written(first)) / elapsed.as_secs_f64();
                }
            }
        };
        tokio::time::timeout(READY_WITHIN, reading)
            .await
            .expect("samples with all signals")
    }
}

fn orders(cluster: &Cluster) -> Option<&Job> {
    cluster.jobs.iter().find(|job| job.name.as_str() == "orders")
}

fn runs_at(parallelism: u32) -> impl Fn(&Cluster) -> Option<Job> {
    move |cluster| {
        let wide = |job: &&Job| job.all_running() && job.parallelism() == parallelism;
        orders(cluster).filter(wide).cloned()
    }
}

fn task_manager<'a>(cluster: &'a Cluster, id: &TaskManagerId) -> Option<&'a TaskManager> {
    cluster.task_managers.iter().find(|tm| tm.id == *id)
}

fn bounds(job: &Job, upper: u32) -> Action {
    let of_vertex = |(vertex, bounds): (_, &Bounds)| {
        (
            vertex,
            Bounds {
                lower: bounds.lower.min(upper),
                upper,
            },
        )
    };
    let bounds = job
        .bounds
        .as_ref()
        .unwrap()
        .iter()
        .map(|(vertex, bounds)| of_vertex((vertex.clone(), bounds)));
    Action::SetBounds {
        job: job.id.clone(),
        bounds: bounds.collect(),
    }
}

#[tokio::test]
async fn a_job_on_a_real_flink_is_widened_onto_a_taskmanager_of_ours_and_narrowed_again() {
    let Some(jars) = jars() else {
        eprintln!(
            "skipped: SLUICE_DEMO_FLINK names no folder with Flink's jars in lib (deploy/local/flink-jars.sh)"
        );
        return;
    };
    let flink = RealFlink::new(jars);
    let outcome = AssertUnwindSafe(widened_and_narrowed(&flink))
        .catch_unwind()
        .await;
    flink.down().await;
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic);
    }
}

async fn widened_and_narrowed(flink: &RealFlink) {
    flink.up().await;
    let job = flink.until("the job", runs_at(1)).await;
    as_it_is_seen_first(flink, &job).await;
    let before = flink.written_per_s(Duration::from_secs(5)).await;
    // 200/s a subtask by its cost; fewer on a machine that is busy with other things.
    assert!(
        (20.0..250.0).contains(&before),
        "at most 200 records/s a subtask, and not {before}"
    );

    a_taskmanager_of_ours_joins(flink, &key('a')).await;
    a_checkpoint_is_made_once(flink, &job, &key('b')).await;

    flink.does(&bounds(&job, 4), &key('c')).await.unwrap();
    let four = flink.until("four subtasks", |cluster| {
        Some((runs_at(4)(cluster)?, cluster.clone()))
    });
    let ((wider, cluster), samples) = flink.sampled_during(four).await;
    assert_all_have_tasks(&cluster);
    assert_counters_never_fall(&samples);
    assert_ne!(wider.version, job.version);
    assert!(wider.restarts > job.restarts, "a rescale counts as a restart");
    let completed = wider
        .checkpoints
        .last_completed
        .as_ref()
        .map(|checkpoint| checkpoint.id);
    flink
        .until("a checkpoint since", |cluster| {
            let last = orders(cluster)?
                .checkpoints
                .last_completed
                .as_ref()
                .map(|checkpoint| checkpoint.id);
            (last > completed).then_some(())
        })
        .await;
    let after = flink.written_per_s(Duration::from_secs(5)).await;
    assert!(after > 1.5 * before, "{before} and then {after} records/s");

    what_cannot_be_done_is_refused(flink, &wider).await;
    the_taskmanager_of_ours_leaves(flink, &wider, &TaskManagerId::of_step(&key('a'))).await;
}

async fn as_it_is_seen_first(flink: &RealFlink, job: &Job) {
    // What a TaskManager says of its tasks comes with its next heartbeat.
    let has_tasks = |cluster: &Cluster| cluster.task_managers.iter().all(|tm| tm.assigned_tasks > 0);
    let cluster = flink
        .until("a heartbeat", |cluster| {
            has_tasks(cluster).then(|| cluster.clone())
        })
        .await;
    assert_eq!((cluster.flink_version.as_str(), cluster.slots()), ("2.3.0", 1));
    assert_eq!(cluster.high_availability, Some(false));
    assert_eq!(cluster.heartbeat_timeout.0, 8000);
    let [foreign] = cluster.task_managers.as_slice() else {
        panic!("{:?}", cluster.task_managers)
    };
    assert!(!foreign.ours && foreign.host_cores > 0);
    assert_eq!(foreign.host, "127.0.0.1");
    assert_eq!(job.scheduler, Scheduler::Adaptive);
    assert_eq!(job.vertices.len(), 3);
    assert_eq!(job.max_parallelism(), 120);
    assert_eq!(job.rescale_times.cooldown.0, 1000);
    assert_eq!(job.checkpoints.interval.map(|interval| interval.0), Some(3000));
}

/// At once, and not with the next heartbeats of the TaskManagers: stopping one of them now would cost a restart.
fn assert_all_have_tasks(cluster: &Cluster) {
    assert!(
        cluster.task_managers.iter().all(|tm| tm.assigned_tasks > 0),
        "{:?}",
        cluster.task_managers
    );
}

/// What the attempt before had counted is never told as the new one's.
fn assert_counters_never_fall(samples: &[Sample]) {
    let attempts: Vec<_> = samples
        .iter()
        .map(|sample| (sample.at.0, sample.attempt))
        .collect();
    assert!(attempts[0].1 < attempts[attempts.len() - 1].1, "{attempts:?}");
    for signal in [Signal::RecordsRead, Signal::RecordsWritten] {
        let told: Vec<_> = samples
            .iter()
            .filter_map(|sample| Some((sample.attempt, sample.values.get(&signal)?)))
            .collect();
        for pair in told.windows(2) {
            let ((attempt, before), (next_attempt, after)) = (pair[0], pair[1]);
            assert!(attempt < next_attempt || before <= after, "{signal:?}: {told:?}");
        }
        let firsts = told.windows(2).filter(|pair| pair[0].0 < pair[1].0);
        assert!(
            firsts.clone().count() > 0,
            "{signal:?} is told on both sides: {told:?}"
        );
        for pair in firsts {
            assert!(pair[1].1 < pair[0].1, "{signal:?} begins anew: {told:?}");
        }
    }
}

async fn a_taskmanager_of_ours_joins(flink: &RealFlink, key: &StepKey) {
    let start = Action::StartTaskManager {
        slots: 3,
        memory_bytes: memory::LEAST_PROCESS,
    };
    let id = TaskManagerId::of_step(key);
    assert_eq!(flink.does(&start, key).await.unwrap(), Handle(id.to_string()));
    flink.does(&start, key).await.unwrap();
    let ours = flink
        .until("our TaskManager", |cluster| task_manager(cluster, &id).cloned())
        .await;
    assert!(ours.ours);
    assert_eq!(
        (ours.slots, ours.process_memory_bytes),
        (3, memory::LEAST_PROCESS)
    );
    let cluster = flink.look(&[]).await.unwrap();
    assert_eq!(
        (cluster.task_managers.len(), cluster.slots()),
        (2, 4),
        "started once"
    );
}

async fn a_checkpoint_is_made_once(flink: &RealFlink, job: &Job, key: &StepKey) {
    let checkpoint = Action::Checkpoint { job: job.id.clone() };
    assert_eq!(
        flink.does(&checkpoint, key).await.unwrap(),
        Handle(key.to_string())
    );
    flink.does(&checkpoint, key).await.unwrap();
    let wanted = [(job.id.clone(), key.clone()), (job.id.clone(), self::key('0'))];
    let triggers = flink
        .until_with("the checkpoint", &wanted, |cluster| {
            let triggers = &orders(cluster)?.checkpoints.triggers;
            matches!(triggers[key.as_str()], Trigger::Completed { .. }).then(|| triggers.clone())
        })
        .await;
    assert_eq!(triggers[self::key('0').as_str()], Trigger::NotKnown);
}

async fn what_cannot_be_done_is_refused(flink: &RealFlink, job: &Job) {
    let said = flink.code(&bounds(job, 999)).await;
    assert!(
        said.starts_with("BAD_REQUEST: ") && said.contains("999") && !said.contains("Exception"),
        "{said}"
    );
    let nobody = Job {
        id: JobId::parse(&"0".repeat(32)).unwrap(),
        ..job.clone()
    };
    assert_eq!(
        flink.code(&bounds(&nobody, 2)).await,
        format!("NO_SUCH_JOB: Could not find Flink job ({})", nobody.id)
    );
    let foreign = TaskManagerId::parse("tm-1").unwrap();
    assert_eq!(
        flink.code(&stop(&foreign)).await,
        "NOT_OURS: Sluice did not start tm-1"
    );
}

async fn the_taskmanager_of_ours_leaves(flink: &RealFlink, job: &Job, id: &TaskManagerId) {
    flink.does(&bounds(job, 1), &key('d')).await.unwrap();
    let (_, samples) = flink.sampled_during(flink.until("one subtask", runs_at(1))).await;
    assert_counters_never_fall(&samples);
    let launcher = flink.platform.clusters[&shop()].launcher.as_ref().unwrap();
    let process = launcher.ours().await[id];
    flink.does(&stop(id), &key('e')).await.unwrap();
    process.ended().await;
    flink
        .until("our TaskManager to be gone", |cluster| {
            task_manager(cluster, id).is_none().then_some(())
        })
        .await;
    flink.does(&stop(id), &key('e')).await.unwrap();
    flink.until("the job on what is left", runs_at(1)).await;
}

/// The samples of the jobs, the cluster's left out.
fn of_jobs(read: Sampling) -> impl Iterator<Item = Sample> {
    let jobs = read.samples.into_iter();
    jobs.filter(|(of, _)| *of != Sampled::Cluster)
        .map(|(_, sample)| sample)
}
