//! The only place that starts a process, and the only one that signals it.
//!
//! A process is started by absolute path with a vector of arguments, never through a shell; it gets a closed
//! environment, a process group of its own (so a Ctrl-C meant for us does not reach it) and files for what it prints.
//! It outlives us: nothing ends when Sluice ends. After a restart it is [found] again by its arguments, and it is known
//! by number *and* start time, because numbers are used again. Signals go through a pidfd (Linux 5.3), which names the
//! process itself: the number may be given away between the look and the signal, the pidfd may not.
//!
//! Every child is reaped by a task that waits for it. What was started by an earlier Sluice is no child of ours: whoever
//! inherited it reaps it, and until then a zombie counts as ended.
//!
//! [found]: find

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use procfs::process::{Process, all_processes};
use rustix::process::{Pid, PidfdFlags, Signal, geteuid, pidfd_open, pidfd_send_signal};
use serde::{Deserialize, Serialize};

/// What a started process gets of our own environment, beside what its [`Launch`] names: nothing that holds a secret.
const INHERITED: [&str; 5] = ["HOME", "LANG", "LC_ALL", "TMPDIR", "TZ"];

/// How often a process is looked at whose end is awaited. (A pidfd could be awaited; tokio's safe way to do so is
/// deprecated.)
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// How long after SIGKILL a process may still be listed.
const GONE_AFTER_KILL: Duration = Duration::from_secs(5);

/// One process to start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Launch {
    /// Absolute path of the program.
    pub program: PathBuf,
    /// Its arguments, one by one; no shell reads them.
    pub args: Vec<OsString>,
    /// Its environment, beside home, language, temporary folder and time zone.
    pub env: BTreeMap<&'static str, OsString>,
    /// Its working folder; it exists.
    pub dir: PathBuf,
    /// Where its standard output is appended.
    pub stdout: PathBuf,
    /// Where its standard error is appended; may be the same file.
    pub stderr: PathBuf,
}

/// Why a process was not started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The program's path is not absolute.
    #[error("{0} is not an absolute path")]
    NotAbsolute(PathBuf),
    /// A file for its output cannot be opened.
    #[error("cannot write {path}")]
    Output {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The system did not start it.
    #[error("cannot start {program}")]
    NotStarted {
        /// Which program.
        program: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// A process that was started: its number and when it began, which together name one process of this boot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Running {
    /// Its process number.
    pub pid: u32,
    /// When it began, in clock ticks since the machine started (field 22 of `/proc/PID/stat`).
    pub started: u64,
}

/// What became of a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// The process has it.
    Sent,
    /// The process had ended.
    Gone,
}

/// How a process ended that was stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It had ended before.
    Before,
    /// It ended after SIGTERM, by itself.
    ByItself,
    /// It did not end in time, and was killed.
    Killed,
}

/// Starts a process and a task that reaps it. Needs a tokio runtime.
///
/// # Errors
/// When the path is not absolute, a file for its output cannot be opened, or the system does not start it. Then nothing
/// runs.
pub fn start(launch: &Launch) -> Result<Running, StartError> {
    if !launch.program.is_absolute() {
        return Err(StartError::NotAbsolute(launch.program.clone()));
    }
    let not_started = |source| StartError::NotStarted {
        program: launch.program.clone(),
        source,
    };
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that starts a process"
    )]
    let mut command = tokio::process::Command::new(&launch.program);
    command
        .args(&launch.args)
        .env_clear()
        .envs(
            INHERITED
                .iter()
                .filter_map(|name| Some((name, std::env::var_os(name)?))),
        )
        .envs(&launch.env)
        .current_dir(&launch.dir)
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(appended(&launch.stdout)?)
        .stderr(appended(&launch.stderr)?);
    let mut child = command.spawn().map_err(not_started)?;
    // Nobody has waited for it yet, so its entry is there even if it has ended already.
    let pid = child
        .id()
        .ok_or_else(|| not_started(io::ErrorKind::NotFound.into()))?;
    let started = stat(pid)
        .map_err(|error| not_started(io::Error::other(error)))?
        .starttime;
    tokio::spawn(async move {
        let status = child.wait().await;
        tracing::info!(pid, ?status, "a process that was started here has ended");
    });
    Ok(Running { pid, started })
}

fn appended(path: &Path) -> Result<File, StartError> {
    let opened = OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(path);
    opened.map_err(|source| StartError::Output {
        path: path.to_owned(),
        source,
    })
}

fn stat(pid: u32) -> procfs::ProcResult<procfs::process::Stat> {
    let pid = i32::try_from(pid).map_err(|error| procfs::ProcError::Other(error.to_string()))?;
    Process::new(pid)?.stat()
}

/// Every live process of our own user whose arguments (the program's name first) are `wanted`, with those arguments.
/// What ends while it is looked at is left out.
pub fn find(wanted: impl Fn(&[String]) -> bool) -> Vec<(Running, Vec<String>)> {
    let us = geteuid().as_raw();
    let Ok(all) = all_processes() else {
        return Vec::new();
    };
    all.filter_map(|process| {
        let process = process.ok()?;
        let args = process.cmdline().ok()?;
        if !wanted(&args) || process.uid().ok()? != us {
            return None;
        }
        let stat = process.stat().ok()?;
        let running = Running {
            pid: u32::try_from(stat.pid).ok()?,
            started: stat.starttime,
        };
        is_live(&stat).then_some((running, args))
    })
    .collect()
}

fn is_live(stat: &procfs::process::Stat) -> bool {
    !matches!(stat.state, 'Z' | 'X' | 'x')
}

impl Running {
    /// Whether this very process still runs. A zombie does not.
    pub fn is_alive(&self) -> bool {
        stat(self.pid).is_ok_and(|stat| stat.starttime == self.started && is_live(&stat))
    }

    /// Asks it to end (SIGTERM).
    ///
    /// # Errors
    /// When the system does not let us.
    pub fn terminate(&self) -> io::Result<Told> {
        self.signal(Signal::TERM)
    }

    /// Ends it (SIGKILL).
    ///
    /// # Errors
    /// When the system does not let us.
    pub fn kill(&self) -> io::Result<Told> {
        self.signal(Signal::KILL)
    }

    /// Waits until it has ended.
    pub async fn ended(&self) {
        let mut look = tokio::time::interval(LOOK_AGAIN);
        look.tick().await;
        while self.is_alive() {
            look.tick().await;
        }
    }

    /// Asks it to end, waits for `grace`, and then ends it.
    ///
    /// # Errors
    /// As [`Running::end_within`].
    pub async fn stop(&self, grace: Duration) -> io::Result<Ended> {
        match self.terminate()? {
            Told::Gone => Ok(Ended::Before),
            Told::Sent => self.end_within(grace).await,
        }
    }

    /// Waits for `grace` until it has ended, having been asked to, and then ends it.
    ///
    /// # Errors
    /// When the system does not let us, or it is still there seconds after SIGKILL.
    pub async fn end_within(&self, grace: Duration) -> io::Result<Ended> {
        if tokio::time::timeout(grace, self.ended()).await.is_ok() {
            return Ok(Ended::ByItself);
        }
        self.kill()?;
        tokio::time::timeout(GONE_AFTER_KILL, self.ended()).await?;
        Ok(Ended::Killed)
    }

    fn signal(&self, signal: Signal) -> io::Result<Told> {
        let Some(process) = self.open()? else {
            return Ok(Told::Gone);
        };
        match pidfd_send_signal(process, signal) {
            Ok(()) => Ok(Told::Sent),
            Err(rustix::io::Errno::SRCH) => Ok(Told::Gone),
            Err(error) => Err(error.into()),
        }
    }

    /// Opens this very process; `None` where it has ended.
    fn open(&self) -> io::Result<Option<OwnedFd>> {
        let pid = i32::try_from(self.pid).ok().and_then(Pid::from_raw);
        let opened = pidfd_open(pid.ok_or(io::ErrorKind::InvalidInput)?, PidfdFlags::NONBLOCK);
        match opened {
            // Looked at after it was opened: what is alive now under this start time is what was opened.
            Ok(process) => Ok(self.is_alive().then_some(process)),
            Err(rustix::io::Errno::SRCH) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests;
