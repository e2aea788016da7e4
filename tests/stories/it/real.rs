//! On a real Flink: the real program, as people start it, killed in the middle of changes.

mod parallelism;
mod task_managers;
mod thread;

use std::path::PathBuf;

/// Flink's jars, as `make real` fetches them.
const JARS: &str = "SLUICE_DEMO_FLINK";

/// Short windows: the stories are about what happens, and that it was measured.
const WINDOWS: &str = "before: 12s, warm_up: 4s, after: 12s";

/// Where Flink's jars are; without them the story is skipped, and says so.
fn jars() -> Option<PathBuf> {
    let folder = std::env::var_os(JARS).map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: {JARS} is not set; `make real` fetches Flink and sets it");
    }
    folder
}
