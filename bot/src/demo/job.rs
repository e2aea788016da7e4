//! The sample job, compiled from the source that the program carries.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use rust_embed::RustEmbed;

use super::failed;
use super::folder::Folder;
use super::java::Java;
use crate::cli::Failure;

#[derive(RustEmbed)]
#[folder = "../tests/jobs/orders/"]
#[include = "*.java"]
struct Sources;

/// Compiles and packs the job; the jar's path.
///
/// # Errors
/// [`Failure::Failed`] where no jar came of it, usually for want of a compiler.
pub async fn compile(java: &Java, folder: &Folder, jars: &[PathBuf]) -> Result<PathBuf, Failure> {
    let sources = folder.path().join("job");
    let classes = folder.path().join("classes");
    for made in [&sources, &classes] {
        fs::create_dir_all(made).map_err(failed)?;
    }
    let log = folder.log("javac");
    let mut arguments = words(&["-m", "jdk.compiler/com.sun.tools.javac.Main", "-proc:none", "-cp"]);
    arguments.push(std::env::join_paths(jars).map_err(failed)?);
    arguments.extend(["-d".into(), classes.clone().into_os_string()]);
    for name in Sources::iter() {
        let file = sources.join(name.as_ref());
        let source = Sources::get(&name).map(|found| found.data).unwrap_or_default();
        fs::write(&file, source).map_err(failed)?;
        arguments.push(file.into_os_string());
    }
    java.tool(arguments, folder.path(), &log).await?;
    pack(java, folder, &classes, &log).await
}

async fn pack(java: &Java, folder: &Folder, classes: &Path, log: &Path) -> Result<PathBuf, Failure> {
    let jar = folder.path().join("orders.jar");
    let mut arguments = words(&[
        "-m",
        "jdk.jartool/sun.tools.jar.Main",
        "--create",
        "--main-class",
        "orders.Orders",
        "--file",
    ]);
    arguments.extend([
        jar.clone().into_os_string(),
        "-C".into(),
        classes.as_os_str().to_owned(),
        "orders".into(),
    ]);
    java.tool(arguments, folder.path(), log).await?;
    if jar.is_file() {
        Ok(jar)
    } else {
        Err(Failure::Failed(format!(
            "the sample job was not compiled; a JDK is needed, not only a Java runtime; look at {}",
            log.display()
        )))
    }
}

fn words(words: &[&str]) -> Vec<OsString> {
    words.iter().map(OsString::from).collect()
}
