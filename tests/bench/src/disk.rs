//! A disk that lags: a library between the program and its syncs.

use std::path::Path;
use std::process::Command;

use crate::Failure;

/// Source of the library.
const SOURCE: &str = include_str!("disk.c");

/// How the disk is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disk {
    /// As it is.
    Plain,
    /// Every sync takes so many milliseconds longer.
    Lags(u32),
    /// In one second of ten every sync takes so many milliseconds longer.
    Stalls(u32),
}

impl Disk {
    /// The variables that the program is started with, so that it finds the disk like this.
    ///
    /// # Errors
    /// Where there is no C compiler (`cc`), or `folder` cannot be written.
    pub fn variables(self, folder: &Path) -> Result<Vec<(String, String)>, Failure> {
        let (variable, milliseconds) = match self {
            Self::Plain => return Ok(Vec::new()),
            Self::Lags(milliseconds) => ("DISK_LAGS_MS", milliseconds),
            Self::Stalls(milliseconds) => ("DISK_STALLS_MS", milliseconds),
        };
        let library = compiled(folder)?;
        Ok(vec![
            ("LD_PRELOAD".to_owned(), library),
            (variable.to_owned(), milliseconds.to_string()),
        ])
    }
}

#[expect(clippy::disallowed_methods, reason = "a benchmark compiles its library")]
fn compiled(folder: &Path) -> Result<String, Failure> {
    std::fs::create_dir_all(folder)?;
    let (source, library) = (folder.join("disk.c"), folder.join("disk.so"));
    std::fs::write(&source, SOURCE)?;
    let compiled = Command::new("/usr/bin/cc")
        .args(["-shared", "-fPIC", "-O2", "-o"])
        .args([&library, &source])
        .status()?;
    if compiled.success() {
        Ok(library.display().to_string())
    } else {
        Err("cc cannot compile disk.c".into())
    }
}
