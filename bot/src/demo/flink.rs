//! A real Flink of two processes on this machine, for as long as the demo runs.

use std::ffi::OsString;
use std::fs;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::time::Duration;

use adapters::process;
use jiff::Timestamp;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use super::failed;
use super::folder::{Folder, free_port};
use super::java::Java;
use crate::cli::Failure;

/// A process of Flink was seen to take 47 s on a starved machine.
const READY_WITHIN: Duration = Duration::from_secs(120);

/// How often it is asked whether it is ready.
const ASK_AGAIN: Duration = Duration::from_millis(200);

/// A JVM ends within a second of SIGTERM; ten mean that it hangs.
const END_WITHIN: Duration = Duration::from_secs(10);

/// The TaskManager that the demo starts; Sluice did not, and so never stops it.
const TASK_MANAGER: &str = "demo-1";

/// Slots of it: the job has room to grow.
const SLOTS: &str = "4";

/// A local Flink.
#[derive(Debug)]
pub struct LocalFlink {
    folder: PathBuf,
    java: Java,
    lib: PathBuf,
    jars: Vec<PathBuf>,
    url: String,
    rest_port: u16,
    http: reqwest::Client,
}

/// Flink's jars in a folder's `lib`.
///
/// # Errors
/// [`Failure::Usage`] where there are none, with the line to type.
pub fn jars(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let lib = folder.join("lib");
    let found: Vec<PathBuf> = fs::read_dir(&lib)
        .map(|files| files.filter_map(|file| Some(file.ok()?.path())).collect())
        .unwrap_or_default();
    let jars: Vec<PathBuf> = found
        .into_iter()
        .filter(|file| file.extension().is_some_and(|end| end == "jar"))
        .collect();
    if jars.is_empty() {
        return Err(Failure::Usage(format!(
            "no Flink jars in {}; fetch them with: deploy/local/flink-jars.sh (make demo does), or give --flink DIR",
            lib.display()
        )));
    }
    Ok(jars)
}

impl LocalFlink {
    /// A Flink that is not started yet.
    pub fn new(folder: &Folder, java: &Java, flink: &Path, jars: Vec<PathBuf>) -> Self {
        // An error says that the process has a provider already: that one is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let rest_port = free_port();
        Self {
            folder: folder.path().to_owned(),
            java: java.clone(),
            lib: std::path::absolute(flink.join("lib")).unwrap_or_else(|_| flink.join("lib")),
            jars,
            url: format!("http://127.0.0.1:{rest_port}"),
            rest_port,
            http: reqwest::Client::new(),
        }
    }

    /// Its REST address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The folder of its jars.
    pub fn lib(&self) -> &Path {
        &self.lib
    }

    /// Its jars.
    pub fn jars(&self) -> &[PathBuf] {
        &self.jars
    }

    /// Starts the JobManager and, once it answers, the TaskManager; returns when both are there.
    ///
    /// # Errors
    /// Where one is not ready in time.
    pub async fn start(&self) -> Result<(), Failure> {
        self.write_conf()?;
        self.start_process(
            "jobmanager",
            &[
                "-Xmx160m",
                "-XX:MaxDirectMemorySize=96m",
                "-XX:MaxMetaspaceSize=160m",
            ],
            "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
            &["--executionMode", "cluster"],
        )?;
        self.until("the JobManager", || self.answers("/overview")).await?;
        let resource_id = format!("taskmanager.resource-id={TASK_MANAGER}");
        self.start_process(
            "taskmanager",
            &[
                "-Xmx160m",
                "-XX:MaxDirectMemorySize=144m",
                "-XX:MaxMetaspaceSize=160m",
            ],
            "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
            &["-D", &resource_id],
        )?;
        let registered = format!("/taskmanagers/{TASK_MANAGER}");
        self.until("the TaskManager", || self.answers(&registered)).await
    }

    fn write_conf(&self) -> Result<(), Failure> {
        let conf = self.folder.join("conf");
        let filled = include_str!("../../../deploy/local/flink-conf/config.yaml")
            .replace("{{dir}}", &self.folder.display().to_string())
            .replace("{{rest_port}}", &self.rest_port.to_string())
            .replace("{{rpc_port}}", &free_port().to_string())
            .replace("{{slots}}", SLOTS);
        let files = [
            ("config.yaml", filled.as_str()),
            (
                "log4j.properties",
                include_str!("../../../deploy/local/flink-conf/log4j.properties"),
            ),
            (
                "java.options",
                include_str!("../../../deploy/local/flink-conf/java.options"),
            ),
        ];
        for (name, text) in files {
            fs::write(conf.join(name), text).map_err(failed)?;
        }
        Ok(())
    }

    fn start_process(&self, name: &str, memory: &[&str], main: &str, more: &[&str]) -> Result<(), Failure> {
        let conf = self.folder.join("conf");
        let log = self.folder.join("log");
        let mut arguments: Vec<OsString> = vec![format!("@{}", conf.join("java.options").display()).into()];
        arguments.extend(memory.iter().map(OsString::from));
        arguments.push(format!("-Dlog.file={}", log.join(format!("{name}.log")).display()).into());
        arguments.push(
            format!(
                "-Dlog4j.configurationFile=file:{}",
                conf.join("log4j.properties").display()
            )
            .into(),
        );
        arguments.extend([
            "-cp".into(),
            format!("{}:{}/*", conf.display(), self.lib.display()).into(),
        ]);
        arguments.extend([main.into(), "--configDir".into(), conf.into_os_string()]);
        arguments.extend(more.iter().map(OsString::from));
        let launch = self
            .java
            .launch(arguments, &self.folder, &log.join(format!("{name}.out")));
        process::start(&launch).map(drop).map_err(failed)
    }

    /// Uploads the job, starts it at parallelism 1, and returns its id once every vertex runs.
    ///
    /// # Errors
    /// Where Flink does not take it, or it does not run in time.
    pub async fn submit(&self, jar: &Path) -> Result<String, Failure> {
        let rate = self.folder.join("rate");
        fs::write(&rate, format!("{} 600\n", Timestamp::now().as_millisecond())).map_err(failed)?;
        let part = Part::bytes(fs::read(jar).map_err(failed)?).file_name("orders.jar");
        let uploaded = self
            .post("/jars/upload", |request| {
                request.multipart(Form::new().part("jarfile", part))
            })
            .await?;
        let name = uploaded["filename"]
            .as_str()
            .and_then(|path| path.rsplit('/').next())
            .unwrap_or_default()
            .to_owned();
        let arguments = json!({ "programArgsList": ["--rate-file", rate, "--parallelism", "1"] });
        let started = self
            .post(&format!("/jars/{name}/run"), |request| request.json(&arguments))
            .await?;
        let job = started["jobid"].as_str().unwrap_or_default().to_owned();
        self.until("the job", || async { self.parallelism(&job).await == Some(1) })
            .await?;
        Ok(job)
    }

    /// Fails unless Flink itself says that every vertex of the job runs at this parallelism.
    ///
    /// # Errors
    /// [`Failure::Failed`].
    pub async fn must_run_at(&self, job: &str, wanted: u64) -> Result<(), Failure> {
        match self.parallelism(job).await {
            Some(now) if now == wanted => Ok(()),
            now => Err(Failure::Failed(format!(
                "Flink says that orders runs at {now:?}, not at {wanted}"
            ))),
        }
    }

    /// The parallelism at which all vertices run; `None` where they do not, or not at one.
    async fn parallelism(&self, job: &str) -> Option<u64> {
        let seen: Value = self
            .http
            .get(format!("{}/jobs/{job}", self.url))
            .send()
            .await
            .ok()?
            .json()
            .await
            .ok()?;
        let vertices = seen["vertices"].as_array()?;
        let first = vertices.first()?["parallelism"].as_u64()?;
        let alike = vertices
            .iter()
            .all(|vertex| vertex["parallelism"] == first && vertex["status"] == "RUNNING");
        alike.then_some(first)
    }

    /// Stops every process whose arguments name the demo's folder: its own, and the TaskManagers that Sluice started.
    pub async fn stop_all(&self) {
        let mark = self.folder.display().to_string();
        let found = process::find(|arguments| arguments.iter().any(|argument| argument.contains(&mark)));
        let me = std::process::id();
        for (running, _) in found.iter().filter(|(running, _)| running.pid != me) {
            if let Err(error) = running.stop(END_WITHIN).await {
                eprintln!("process {} could not be stopped: {error}", running.pid);
            }
        }
    }

    async fn answers(&self, path: &str) -> bool {
        let answer = self.http.get(format!("{}{path}", self.url)).send().await;
        answer.is_ok_and(|answer| answer.status().is_success())
    }

    async fn post(
        &self,
        path: &str,
        fill: impl FnOnce(reqwest::RequestBuilder) -> reqwest::RequestBuilder,
    ) -> Result<Value, Failure> {
        let answer = fill(self.http.post(format!("{}{path}", self.url)))
            .send()
            .await
            .map_err(failed)?;
        let status = answer.status();
        let text = answer.text().await.map_err(failed)?;
        if !status.is_success() {
            return Err(Failure::Failed(format!(
                "Flink refused {path}: {}",
                text.chars().take(300).collect::<String>()
            )));
        }
        serde_json::from_str(&text).map_err(failed)
    }

    async fn until<F: Future<Output = bool>>(
        &self,
        what: &str,
        ready: impl Fn() -> F,
    ) -> Result<(), Failure> {
        let waiting = async {
            while !ready().await {
                tokio::time::sleep(ASK_AGAIN).await;
            }
        };
        tokio::time::timeout(READY_WITHIN, waiting).await.map_err(|_| {
            let logs = self.folder.join("log");
            Failure::Failed(format!(
                "{what} was not ready within 120 s; with --keep look at {}",
                logs.display()
            ))
        })
    }
}
