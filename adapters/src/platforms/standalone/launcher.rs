//! TaskManagers on this host that Sluice starts and stops itself.
//!
//! A TaskManager's name is made from the key of the step that starts it, and the process itself carries it in its
//! arguments. So a repeated step finds what the first one started, a restarted Sluice finds what an earlier one started,
//! and nothing has to be remembered. A process without that mark is never touched.

use std::collections::BTreeMap;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use approvals::ports::Fault;
use commands::names::TaskManagerId;
use tokio::sync::Mutex;

use super::java;
use super::memory::{Parts, TooSmall};
use crate::http::rejected;
use crate::process::{self, Ended, Running, StartError, Told};

/// How long a TaskManager may take to end by itself. Seen: 0.3 to 0.8 s.
const GRACE: Duration = Duration::from_secs(30);

/// A process that ends this soon did not understand its command line; one that does needs seconds to register.
const STILLBORN: Duration = Duration::from_millis(500);

/// What the config says about TaskManagers of this host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The `java` to run them with; absolute.
    pub java: PathBuf,
    /// Folder of Flink's jars; absolute, without a colon.
    pub lib: PathBuf,
    /// Folder with `config.yaml` and `log4j.properties`; absolute, without a colon.
    pub conf: PathBuf,
    /// Where they write their logs; absolute.
    pub logs: PathBuf,
    /// `taskmanager.memory.process.size` of each, bytes.
    pub memory_bytes: u64,
    /// Slots of each, 1 or more.
    pub slots: u32,
    /// The most TaskManagers this host shall carry, 1 or more.
    pub max: u32,
}

/// What is wrong with a launcher's config.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Misconfigured {
    /// A path is relative, or cannot stand in a class path.
    #[error("{0} must be an absolute path without a colon")]
    Path(PathBuf),
    /// The memory does not hold all parts of a TaskManager.
    #[error(transparent)]
    Memory(#[from] TooSmall),
    /// No slots, or no TaskManagers.
    #[error("slots and max must be 1 or more")]
    Nothing,
}

/// The launcher of one environment.
#[derive(Debug)]
pub struct Launcher {
    config: Arc<Config>,
    /// One start at a time, so that looking and starting are one.
    starting: Mutex<()>,
}

impl Launcher {
    /// Checks the config.
    ///
    /// # Errors
    /// When it cannot work.
    pub fn new(config: Config) -> Result<Self, Misconfigured> {
        let paths = [&config.java, &config.lib, &config.conf, &config.logs];
        if let Some(path) = paths.into_iter().find(|path| !stands_in_class_path(path)) {
            return Err(Misconfigured::Path(path.clone()));
        }
        Parts::of_process(config.memory_bytes)?;
        if config.slots == 0 || config.max == 0 {
            return Err(Misconfigured::Nothing);
        }
        Ok(Self {
            config: Arc::new(config),
            starting: Mutex::new(()),
        })
    }

    /// The config.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The TaskManagers that live here and that Sluice started, in this life or an earlier one.
    pub async fn ours(&self) -> BTreeMap<TaskManagerId, Running> {
        let config = Arc::clone(&self.config);
        let found = tokio::task::spawn_blocking(move || {
            process::find(|args| java::of_ours(&config, args).is_some())
                .into_iter()
                .filter_map(|(running, args)| Some((java::of_ours(&config, &args)?, running)))
                .collect()
        });
        found.await.unwrap_or_default()
    }

    /// Starts the TaskManager `id` unless it lives. It registers seconds later.
    ///
    /// # Errors
    /// When it is not started, or ends at once.
    pub async fn start(&self, id: &TaskManagerId, slots: u32, memory_bytes: u64) -> Result<(), Fault> {
        let _one_at_a_time = self.starting.lock().await;
        if self.ours().await.contains_key(id) {
            return Ok(());
        }
        let launch = java::launch(&self.config, id, slots, memory_bytes)
            .map_err(|error| rejected("TOO_SMALL", error.to_string(), error))?;
        std::fs::create_dir_all(&self.config.logs)
            .map_err(|error| rejected("NOT_STARTED", format!("no folder for logs: {error}"), error))?;
        let printed_before = std::fs::metadata(&launch.stdout).map_or(0, |file| file.len());
        let running = process::start(&launch).map_err(not_started)?;
        if tokio::time::timeout(STILLBORN, running.ended()).await.is_ok() {
            let printed = printed_since(&launch.stdout, printed_before);
            return Err(rejected("ENDED_AT_ONCE", printed, "the process ended at once"));
        }
        tracing::info!(pid = running.pid, task_manager = %id, "started a TaskManager");
        Ok(())
    }

    /// Asks the TaskManager `id` to end, and ends it if it has not done so within half a minute.
    ///
    /// One that was ours and has ended is stopped: that is no error, so that a repeated step does no harm.
    ///
    /// # Errors
    /// `NOT_OURS` for a TaskManager that Sluice did not start.
    pub async fn stop(&self, id: &TaskManagerId) -> Result<(), Fault> {
        let Some(running) = self.ours().await.remove(id) else {
            return match java::made_by_a_step(id.as_str()) {
                Some(_) => Ok(()),
                None => Err(not_ours(id)),
            };
        };
        let told = running.terminate();
        let told = told.map_err(|error| rejected("NOT_STOPPED", error.to_string(), error))?;
        if told == Told::Sent {
            tokio::spawn(see_it_end(running, id.clone()));
        }
        Ok(())
    }
}

/// A TaskManager that Sluice did not start is not Sluice's to stop.
pub fn not_ours(id: &TaskManagerId) -> Fault {
    rejected(
        "NOT_OURS",
        format!("Sluice did not start {id}"),
        "no such process of ours on this host",
    )
}

fn stands_in_class_path(path: &Path) -> bool {
    path.is_absolute() && !path.to_string_lossy().contains(':')
}

async fn see_it_end(running: Running, task_manager: TaskManagerId) {
    let pid = running.pid;
    match running.end_within(GRACE).await {
        Ok(Ended::Killed) => {
            tracing::warn!(pid, %task_manager, "a TaskManager did not end by itself and was killed");
        }
        Ok(Ended::Before | Ended::ByItself) => tracing::info!(pid, %task_manager, "a TaskManager has ended"),
        Err(error) => tracing::error!(pid, %task_manager, %error, "a TaskManager cannot be stopped"),
    }
}

fn not_started(error: StartError) -> Fault {
    let cause = std::error::Error::source(&error)
        .map(|cause| format!(": {cause}"))
        .unwrap_or_default();
    rejected("NOT_STARTED", format!("{error}{cause}"), error)
}

/// What a process has printed since its output was this long; the beginning says most.
fn printed_since(path: &Path, length: u64) -> String {
    let read = || {
        let mut file = std::fs::File::open(path)?;
        file.seek(SeekFrom::Start(length))?;
        let mut printed = Vec::new();
        file.take(4096).read_to_end(&mut printed)?;
        std::io::Result::Ok(String::from_utf8_lossy(&printed).into_owned())
    };
    read().unwrap_or_default()
}

#[cfg(test)]
pub(super) mod tests;
