//! A real Flink of `deploy/local/flink-cluster.sh`, and what it says of itself.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use tokio::process::Command;
use tokio::time::{sleep, timeout};

use super::{AGAIN, WITHIN};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/local/flink-cluster.sh");

/// A JobManager and its TaskManagers. All of it is stopped when this is dropped, and the TaskManagers that Sluice started
/// for it too.
pub struct Flink {
    folder: PathBuf,
    /// Its REST address.
    pub url: String,
    http: reqwest::Client,
}

impl Flink {
    /// Starts it in a folder of its own, with so many TaskManagers of so many slots.
    pub async fn up(folder: &Path, task_managers: u32, slots: u32) -> Result<Self> {
        let port = free_port()?;
        // An error says that the process has a provider already: that one is as good.
        drop(rustls::crypto::ring::default_provider().install_default());
        let flink = Self {
            folder: folder.to_owned(),
            url: format!("http://127.0.0.1:{port}"),
            http: reqwest::Client::new(),
        };
        let arguments = [
            "up",
            &flink.folder(),
            &port.to_string(),
            &task_managers.to_string(),
            &slots.to_string(),
        ];
        flink.script(&arguments).await?;
        Ok(flink)
    }

    /// Runs the sample job with this parallelism, waits until all three vertices run, each `at_first` wide; its id.
    pub async fn run(&self, parallelism: u32, at_first: u64) -> Result<String> {
        let said = self
            .script(&["run", &self.folder(), "--parallelism", &parallelism.to_string()])
            .await?;
        let answer: Value = serde_json::from_str(said.trim()).with_context(|| said.clone())?;
        let job = answer["jobid"]
            .as_str()
            .context("Flink takes the job")?
            .to_owned();
        let running = async {
            while self.parallelism(&job).await.unwrap_or_default() != [at_first; 3] {
                sleep(AGAIN).await;
            }
        };
        timeout(WITHIN, running).await.context("the job does not run")?;
        Ok(job)
    }

    /// Parallelism of every vertex that runs.
    pub async fn parallelism(&self, job: &str) -> Result<Vec<u64>> {
        let seen = self.get(&format!("/jobs/{job}")).await?;
        let vertices = seen["vertices"].as_array().context("a job has vertices")?;
        let running = vertices.iter().filter(|vertex| vertex["status"] == "RUNNING");
        Ok(running
            .filter_map(|vertex| vertex["parallelism"].as_u64())
            .collect())
    }

    /// Ids of the registered TaskManagers.
    pub async fn task_managers(&self) -> Result<Vec<String>> {
        let seen = self.get("/taskmanagers").await?;
        let listed = seen["taskmanagers"].as_array().context("a list")?;
        Ok(listed
            .iter()
            .filter_map(|tm| tm["id"].as_str().map(str::to_owned))
            .collect())
    }

    /// Processes of TaskManagers of this cluster, whoever started them.
    pub fn task_manager_processes(&self) -> Result<Vec<u32>> {
        let of_task_manager = |(_, arguments): &(u32, String)| arguments.contains("TaskManagerRunner");
        let found = self.processes()?.into_iter().filter(of_task_manager);
        let mut pids: Vec<u32> = found.map(|(pid, _)| pid).collect();
        pids.sort_unstable();
        Ok(pids)
    }

    /// The configuration of a launcher that starts TaskManagers of one slot for this cluster, as lines of an environment.
    pub fn launcher(&self, jars: &Path) -> Result<String> {
        let java = std::env::split_paths(&std::env::var_os("PATH").context("a PATH")?)
            .map(|folder| folder.join("java"))
            .find(|file| file.is_file())
            .context("java is in the PATH")?;
        Ok(format!(
            "    launcher: {{ java: {}, lib: {}, conf: {}, logs: {}, memory: 1100m, slots: 1, max: 2 }}\n",
            java.display(),
            jars.join("lib").display(),
            self.folder.join("conf").display(),
            self.folder.join("log").display()
        ))
    }

    /// Stops the TaskManagers that Sluice started: they outlive it, as they should.
    pub async fn stop_what_sluice_started(&self) -> Result<()> {
        let started = |found: &(u32, String)| found.1.contains("taskmanager.resource-id=sluice-");
        for (pid, _) in self.processes()?.iter().filter(|found| started(found)) {
            let asked = Command::new("kill").arg(pid.to_string()).status().await?;
            ensure!(asked.success(), "{pid} cannot be stopped");
        }
        let stopping = async {
            while self.processes()?.iter().any(started) {
                sleep(AGAIN).await;
            }
            anyhow::Ok(())
        };
        timeout(WITHIN, stopping).await?
    }

    /// Stops it; nothing that names its folder runs then.
    pub async fn down(self) -> Result<()> {
        self.script(&["down", &self.folder()]).await?;
        let left = self.processes()?;
        ensure!(left.is_empty(), "left behind: {left:?}");
        Ok(())
    }

    async fn get(&self, path: &str) -> Result<Value> {
        let answer = self.http.get(format!("{}{path}", self.url)).send().await?;
        Ok(answer.json().await?)
    }

    fn folder(&self) -> String {
        self.folder.display().to_string()
    }

    async fn script(&self, arguments: &[&str]) -> Result<String> {
        let ran = Command::new(SCRIPT)
            .args(arguments)
            .stderr(Stdio::inherit())
            .output()
            .await?;
        ensure!(
            ran.status.success(),
            "{arguments:?} failed: {}",
            String::from_utf8_lossy(&ran.stdout)
        );
        Ok(String::from_utf8(ran.stdout)?)
    }

    /// Processes whose arguments name the cluster's folder, with those arguments.
    fn processes(&self) -> Result<Vec<(u32, String)>> {
        let mark = self.folder();
        let mut found = Vec::new();
        for entry in std::fs::read_dir("/proc")?.filter_map(Result::ok) {
            let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else {
                continue;
            };
            // One that ended since it was listed has nothing to read.
            let bytes = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
            let arguments = String::from_utf8_lossy(&bytes).replace('\0', " ");
            if arguments.contains(&mark) {
                found.push((pid, arguments));
            }
        }
        Ok(found)
    }
}

impl Drop for Flink {
    /// A story that failed leaves no process behind.
    fn drop(&mut self) {
        drop(
            std::process::Command::new(SCRIPT)
                .arg("down")
                .arg(&self.folder)
                .status(),
        );
        for (pid, _) in self.processes().unwrap_or_default() {
            drop(std::process::Command::new("kill").arg(pid.to_string()).status());
        }
    }
}

/// A port whose successor is free too, as far as one can tell.
fn free_port() -> Result<u16> {
    loop {
        let port = std::net::TcpListener::bind(("127.0.0.1", 0))?
            .local_addr()?
            .port();
        if port < u16::MAX && std::net::TcpListener::bind(("127.0.0.1", port + 1)).is_ok() {
            return Ok(port);
        }
    }
}
