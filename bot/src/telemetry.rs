//! What is logged, and where to: one line of text or one JSON object each, filtered by level and module.
//!
//! Span names are static, facts are fields. Tokens, payloads and whole requests are never logged.

use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::writer::BoxMakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::config::{Log, LogFormat};

/// Where log lines go.
#[derive(Debug, Clone)]
pub enum Sink {
    /// Standard error.
    Stderr,
    /// Appended to a file.
    File(PathBuf),
}

/// Begins to log; a second call in one process changes nothing.
///
/// # Errors
/// Where the file cannot be opened.
pub fn start(log: &Log, sink: &Sink) -> io::Result<()> {
    let (writer, ansi) = match sink {
        Sink::Stderr => (
            BoxMakeWriter::new(io::stderr),
            io::IsTerminal::is_terminal(&io::stderr()),
        ),
        Sink::File(path) => {
            let file = File::options().create(true).append(true).open(path)?;
            (BoxMakeWriter::new(Arc::new(file)), false)
        }
    };
    // The configuration was checked: a level that cannot be read does not get here.
    let targets: Targets = log.level.parse().unwrap_or_else(|_| Targets::new());
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(writer)
        .with_ansi(ansi);
    let layer = match log.format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    // Only the first may set the process's own; tests start several in one process.
    let _ = tracing_subscriber::registry()
        .with(layer.with_filter(targets))
        .try_init();
    Ok(())
}
