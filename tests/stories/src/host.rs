//! The host of a story with TaskManager processes of its own: real processes, started by the real launcher, that register
//! at the fake Flink.
//!
//! Processes come and go in their own time. So that a story stays the same story, its clock stands still until the fake
//! has seen what a send did.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use adapters::platforms::standalone::launcher;
use approvals::ports::{Fault, Handle, LookFor, Permit, Platform, Sampling};
use async_trait::async_trait;
use commands::names::{Environment, StepKey, TaskManagerId};
use commands::observed::Observed;
use commands::plan::{Action, Output, Value};
use fakes::flink::FakeFlink;

/// How long a process may take to come or go, in the time of the real machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// The means of the host.
#[derive(Debug, Clone)]
pub struct Launching {
    /// The program that stands for `java`.
    pub java: PathBuf,
    /// Slots of each TaskManager.
    pub slots: u32,
    /// The most TaskManagers.
    pub max: u32,
    /// How many an earlier life of Sluice has started already.
    pub already: u8,
}

impl Launching {
    /// Lays the folders out and points the configuration to the fake.
    pub(crate) async fn config(&self, flink: &FakeFlink, folder: &Path) -> launcher::Config {
        let at = flink.takes_processes().await;
        let [lib, conf, logs] = ["lib", "conf", "logs"].map(|name| folder.join("flink").join(name));
        for folder in [&lib, &conf, &logs] {
            std::fs::create_dir_all(folder).unwrap();
        }
        let text = format!(
            "jobmanager.rpc.address: {}\njobmanager.rpc.port: {}\n",
            at.ip(),
            at.port()
        );
        std::fs::write(conf.join("config.yaml"), text).unwrap();
        launcher::Config {
            java: self.java.clone(),
            lib,
            conf,
            logs,
            memory_bytes: 1728 << 20,
            slots: self.slots,
            max: self.max,
        }
    }
}

/// Starts those that are there when the story begins.
pub(crate) async fn already_there(launching: &Launching, config: &launcher::Config, flink: &FakeFlink) {
    let launcher = launcher::Launcher::new(config.clone()).unwrap();
    for number in 0..launching.already {
        let key = StepKey::parse(&format!("{number:032x}")).unwrap();
        let id = TaskManagerId::of_step(&key);
        launcher
            .start(&id, config.slots, config.memory_bytes)
            .await
            .unwrap();
        flink.until_process_comes(id.as_str()).await;
    }
    flink.lists_arrivals();
}

/// A platform whose sends return once the fake has seen the process come or go.
pub(crate) struct Seen {
    pub platform: Arc<dyn Platform>,
    pub flink: FakeFlink,
}

/// What a send does to a process.
enum Passing {
    Comes(TaskManagerId),
    Goes(TaskManagerId),
}

fn passing(permit: &Permit) -> Option<Passing> {
    match &permit.step().action {
        Action::StartTaskManager { .. } => Some(Passing::Comes(TaskManagerId::of_step(permit.key()))),
        Action::StopTaskManager { id: Value::Known(id) } => Some(Passing::Goes(id.clone())),
        Action::StopTaskManager {
            id: Value::From { step },
        } => match permit.outputs().get(step) {
            Some(Output::TaskManager(id)) => Some(Passing::Goes(id.clone())),
            _ => None,
        },
        _ => None,
    }
}

impl Seen {
    async fn until(&self, passing: Passing) {
        let seen = async {
            match &passing {
                Passing::Comes(id) => self.flink.until_process_comes(id.as_str()).await,
                Passing::Goes(id) => self.flink.until_process_goes(id.as_str()).await,
            }
        };
        tokio::time::timeout(PATIENCE, seen)
            .await
            .expect("a process that was started registers, and one that was stopped goes");
    }
}

#[async_trait]
impl Platform for Seen {
    async fn look(&self, environment: &Environment, look_for: &LookFor) -> Observed {
        self.platform.look(environment, look_for).await
    }

    async fn send(&self, permit: Permit) -> Result<Handle, Fault> {
        let passing = passing(&permit);
        let handle = self.platform.send(permit).await?;
        if let Some(passing) = passing {
            self.until(passing).await;
        }
        Ok(handle)
    }

    async fn sample(&self, environment: &Environment) -> Result<Sampling, Fault> {
        self.platform.sample(environment).await
    }
}
