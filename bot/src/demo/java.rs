//! The Java that the demo runs Flink with; a JDK, because the sample job is compiled from source.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use adapters::process::{self, Launch};

use super::failed;
use crate::cli::Failure;

/// A tool of the JDK that takes longer hangs.
const TOOL_WITHIN: Duration = Duration::from_secs(120);

/// A Java that can be started.
#[derive(Debug, Clone)]
pub struct Java(PathBuf);

impl Java {
    /// The one that was named, else the one on the path.
    ///
    /// # Errors
    /// [`Failure::Usage`] where there is none.
    pub fn find(named: Option<&Path>) -> Result<Self, Failure> {
        let found = match named {
            Some(path) => path.canonicalize().ok(),
            None => std::env::var_os("PATH").and_then(|path| {
                std::env::split_paths(&path)
                    .map(|folder| folder.join("java"))
                    .find_map(|java| java.canonicalize().ok())
            }),
        };
        found.filter(|java| java.is_file()).map(Self).ok_or_else(|| {
            Failure::Usage(
                "no Java found; install a JDK: apt-get install openjdk-17-jdk-headless, or give --java PATH"
                    .to_owned(),
            )
        })
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// How to start it with these arguments; what it prints goes to `log`.
    pub fn launch(&self, arguments: Vec<OsString>, folder: &Path, log: &Path) -> Launch {
        Launch {
            program: self.0.clone(),
            args: arguments,
            env: [("FLINK_CONF_DIR", folder.join("conf").into_os_string())].into(),
            dir: folder.to_owned(),
            stdout: log.to_owned(),
            stderr: log.to_owned(),
        }
    }

    /// Runs a tool of the JDK to its end. What it did is seen by what it left.
    pub async fn tool(&self, arguments: Vec<OsString>, folder: &Path, log: &Path) -> Result<(), Failure> {
        let running = process::start(&self.launch(arguments, folder, log)).map_err(failed)?;
        tokio::time::timeout(TOOL_WITHIN, running.ended())
            .await
            .map_err(|_| {
                Failure::Failed(format!(
                    "a tool of the JDK does not end; look at {}",
                    log.display()
                ))
            })
    }
}
