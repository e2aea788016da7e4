//! What this host must give: a ledger that can be written, a port, a Java, folders.

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::time::Duration;

use adapters::platforms::standalone::launcher;
use adapters::process::{self, Launch};
use approvals::ledger::sqlite::audit::Audit;
use serde_json::Value;

use super::super::told;
use super::Finding;

/// How long a program of this host may take to answer, and a Java to say its version.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);

/// The oldest Java that Flink 1.18 and newer run on.
const JAVA_MIN: u32 = 11;

fn finding(key: impl Into<String>, outcome: Result<String, String>) -> Finding {
    let key = key.into();
    Finding { key, outcome }
}

/// Whether the ledger can be read and written; one that is not there yet, whether it can be made.
pub(super) async fn ledger(file: &Path) -> Finding {
    let outcome = if file.exists() {
        kept(file).await
    } else {
        may_be_made(file)
    };
    finding("ledger", outcome)
}

async fn kept(file: &Path) -> Result<String, String> {
    let shown = file.display();
    let opened = OpenOptions::new().read(true).write(true).open(file);
    opened.map_err(|why| {
        format!("{shown} cannot be written ({why}); make it writable for the user that runs Sluice, or name another file")
    })?;
    folder_takes_files(file)?;
    Audit::open(file).await.map_err(|why| told(&why))?;
    Ok(format!("{shown} can be read and written"))
}

fn may_be_made(file: &Path) -> Result<String, String> {
    folder_takes_files(file)?;
    Ok(format!("{} is not there yet, and can be made", file.display()))
}

fn folder_takes_files(file: &Path) -> Result<(), String> {
    let folder = file.parent().unwrap_or(Path::new("/"));
    let why = match tempfile::tempfile_in(folder) {
        Ok(_) => return Ok(()),
        Err(why) => why,
    };
    Err(format!(
        "{} cannot be written ({why}); make the folder, or give it to the user that runs Sluice",
        folder.display()
    ))
}

/// Whether `listen.private` is free, or a Sluice listens there already. Any free port needs no look.
pub(super) async fn listener(address: SocketAddr) -> Option<Finding> {
    if address.port() == 0 {
        return None;
    }
    let outcome = match TcpListener::bind(address) {
        Ok(_) => Ok(format!("{address} is free")),
        Err(why) if why.kind() == ErrorKind::AddrInUse => match running(address).await {
            Some(version) => Ok(format!("{address} is taken by a running sluice {version}")),
            None => Err(format!(
                "{address} is in use by another program; stop it, or choose another port"
            )),
        },
        Err(why) => Err(format!(
            "cannot listen on {address} ({why}); write an address of this machine"
        )),
    };
    Some(finding("listen.private", outcome))
}

/// The version of the Sluice that listens there, if one does.
async fn running(address: SocketAddr) -> Option<String> {
    // An error says that the process has a provider already: that one is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder()
        .no_proxy()
        .timeout(ANSWER_WITHIN)
        .build()
        .ok()?;
    let answer = client.get(format!("http://{address}/status")).send().await.ok()?;
    let status: Value = answer.json().await.ok()?;
    status["ledger"].as_object()?;
    status["version"].as_str().map(str::to_owned)
}

/// Whether TaskManagers could be started: the Java runs, and each folder holds what it must.
pub(super) async fn launcher(key: &str, launcher: &launcher::Config) -> Vec<Finding> {
    let launcher::Config {
        java,
        lib,
        conf,
        logs,
        ..
    } = launcher;
    let found = [
        ("java", java_runs(java).await),
        ("lib", holds_flink(lib)),
        ("conf", holds_configuration(conf)),
        ("logs", takes_logs(logs)),
    ];
    let findings = found.into_iter();
    findings
        .map(|(part, outcome)| finding(format!("{key}.{part}"), outcome))
        .collect()
}

async fn java_runs(java: &Path) -> Result<String, String> {
    let shown = java.display();
    let mend = "install a Java, or mend the path";
    let said = said_by(java)
        .await
        .map_err(|why| format!("{shown} does not run ({why}); {mend}"))?;
    match java_version(&said) {
        Some(version) if version >= JAVA_MIN => Ok(format!("{shown} is Java {version}")),
        Some(version) => Err(format!(
            "{shown} is Java {version}, and Flink needs {JAVA_MIN} or newer; {mend}"
        )),
        None => Err(format!("{shown} does not say a version; {mend}")),
    }
}

/// What the program prints about its version.
async fn said_by(java: &Path) -> Result<String, String> {
    let folder = tempfile::tempdir().map_err(|why| told(&why))?;
    let output = folder.path().join("version");
    let launch = Launch {
        program: java.to_owned(),
        args: vec!["-version".into()],
        env: Default::default(),
        dir: folder.path().to_owned(),
        stdout: output.clone(),
        stderr: output.clone(),
    };
    let running = process::start(&launch).map_err(|why| told(&why))?;
    if tokio::time::timeout(ANSWER_WITHIN, running.ended())
        .await
        .is_err()
    {
        let _ = running.stop(Duration::ZERO).await;
        return Err(format!("no answer within {} s", ANSWER_WITHIN.as_secs()));
    }
    std::fs::read_to_string(output).map_err(|why| told(&why))
}

/// The feature number in `openjdk version "17.0.13" 2024-10-15`; of `1.8.0` it is 8.
fn java_version(said: &str) -> Option<u32> {
    let version = said.split('"').nth(1)?;
    let mut numbers = version
        .split(['.', '-', '_', '+'])
        .map(|number| number.parse().ok());
    match numbers.next()?? {
        1 => numbers.next()?,
        feature => Some(feature),
    }
}

fn holds_flink(lib: &Path) -> Result<String, String> {
    let is_runtime = |name: &str| {
        (name.starts_with("flink-dist") || name.starts_with("flink-runtime")) && name.ends_with(".jar")
    };
    let mut files = std::fs::read_dir(lib).into_iter().flatten().flatten();
    let shown = lib.display();
    match files.find(|file| file.file_name().to_str().is_some_and(is_runtime)) {
        Some(jar) => Ok(format!("{shown} holds {}", jar.file_name().display())),
        None => Err(format!(
            "{shown} holds no jar of Flink's runtime; name the folder lib of a Flink distribution"
        )),
    }
}

fn holds_configuration(conf: &Path) -> Result<String, String> {
    let file = conf.join("config.yaml");
    match std::fs::read(&file) {
        Ok(_) => Ok(format!("{} can be read", file.display())),
        Err(why) => Err(format!(
            "{} cannot be read ({why}); name the folder conf of the Flink that runs there",
            file.display()
        )),
    }
}

fn takes_logs(logs: &Path) -> Result<String, String> {
    let shown = logs.display();
    match tempfile::tempfile_in(logs) {
        Ok(_) => Ok(format!("{shown} can be written")),
        Err(why) => Err(format!(
            "{shown} cannot be written ({why}); make the folder, or give it to the user that runs Sluice"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::java_version;

    #[test]
    fn the_version_of_a_java_is_its_feature_number() {
        for (said, version) in [
            (
                "openjdk version \"17.0.13\" 2024-10-15\nOpenJDK Runtime",
                Some(17),
            ),
            ("java version \"1.8.0_412\"", Some(8)),
            ("openjdk version \"25-ea\" 2025-09-16", Some(25)),
            ("command not found", None),
        ] {
            assert_eq!(java_version(said), version, "{said}");
        }
    }
}
