//! The seeds: what was recorded, what the documents show, and what was found.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// A path in the project.
pub fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

/// Every file of a folder in the project whose name ends so, by name.
pub fn files(folder: &str, ending: &str) -> Vec<Vec<u8>> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(project(folder))
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.to_string_lossy().ends_with(ending))
        .collect();
    paths.sort();
    paths.iter().filter_map(|path| std::fs::read(path).ok()).collect()
}

/// The lines of a folder's files: seeds that are short texts stand many in one file.
pub fn lines(folder: &str) -> Vec<Vec<u8>> {
    let all = files(folder, "");
    let lines = all.iter().flat_map(|file| file.split(|byte| *byte == b'\n'));
    lines
        .filter(|line| !line.is_empty())
        .map(<[u8]>::to_vec)
        .collect()
}

/// The files of a folder that hold JSON.
pub fn json(folder: &str) -> Vec<Value> {
    let all = files(folder, ".json");
    all.iter()
        .filter_map(|file| serde_json::from_slice(file).ok())
        .collect()
}
