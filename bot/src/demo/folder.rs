//! The demo's own folder: Flink's configuration, Sluice's configuration, ledger, logs and charts.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::failed;
use super::flink::LocalFlink;
use super::java::Java;
use crate::cli::Failure;

/// Where people look for the console.
const CONSOLE_PORT: u16 = 7311;

/// A fresh temporary folder.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    _removed_at_the_end: Option<TempDir>,
}

impl Folder {
    /// A fresh one, removed at the end unless it shall be kept.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub fn fresh(keep: bool) -> Result<Self, Failure> {
        let made = tempfile::Builder::new()
            .prefix("sluice-demo-")
            .tempdir()
            .map_err(failed)?;
        for inside in [
            "conf",
            "log",
            "tmp",
            "upload",
            "checkpoints",
            "savepoints",
            "charts",
        ] {
            fs::create_dir_all(made.path().join(inside)).map_err(failed)?;
        }
        Ok(if keep {
            Self {
                path: made.keep(),
                _removed_at_the_end: None,
            }
        } else {
            Self {
                path: made.path().to_owned(),
                _removed_at_the_end: Some(made),
            }
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where one process or tool logs.
    pub fn log(&self, name: &str) -> PathBuf {
        self.path.join("log").join(format!("{name}.log"))
    }

    /// Where charts are saved.
    pub fn charts(&self) -> PathBuf {
        self.path.join("charts")
    }

    /// Writes the configuration that Sluice runs with here.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write_config(&self, flink: &LocalFlink, java: &Java) -> Result<PathBuf, Failure> {
        let file = self.path.join("sluice.yaml");
        let text = include_str!("demo.yaml")
            .replace("{{console}}", &free_near(CONSOLE_PORT).to_string())
            .replace("{{flink_url}}", flink.url())
            .replace("{{java}}", &java.path().display().to_string())
            .replace("{{lib}}", &flink.lib().display().to_string())
            .replace("{{conf}}", &self.path.join("conf").display().to_string())
            .replace("{{logs}}", &self.path.join("log").display().to_string());
        fs::write(&file, text).map_err(failed)?;
        Ok(file)
    }
}

/// This port, else a free one.
fn free_near(port: u16) -> u16 {
    if TcpListener::bind(("127.0.0.1", port)).is_ok() {
        port
    } else {
        free_port()
    }
}

/// A port that nobody listens on now.
pub fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .map_or(0, |address| address.port())
}
