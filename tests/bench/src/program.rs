//! The real program `sluice`, as its own process.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use procfs::process::Process;

use crate::Failure;
use crate::wire::{Wire, request};

/// A start that takes longer has failed.
const READY_WITHIN: Duration = Duration::from_secs(30);

/// An environment of the configuration: its name, and its Flink.
pub type Environment = (String, String);

/// A configuration in a folder of its own, and the program that it is for.
#[derive(Debug)]
pub struct Program {
    sluice: PathBuf,
    folder: PathBuf,
    address: SocketAddr,
    /// Where chats call it.
    pub public: SocketAddr,
    /// Variables that it is started with.
    variables: Vec<(String, String)>,
}

impl Program {
    /// Writes a configuration for `environments` into `folder`: each has a console channel of its name.
    ///
    /// # Errors
    /// Where the program is not beside this one, or the folder cannot be written.
    pub fn new(folder: &Path, environments: &[Environment]) -> Result<Self, Failure> {
        let served: String = environments
            .iter()
            .map(|(name, url)| {
                format!("  {name}: {{ platform: standalone, flink_url: \"{url}\", channels: [\"console:{name}\"] }}\n")
            })
            .collect();
        let config = format!(
            "mode: demo\npeople: {{ ana: {{}}, bo: {{}} }}\ngroups: {{ owners: {{ people: [ana, bo] }} }}\n\
             environments:\n{served}"
        );
        Self::configured(folder, &config, Vec::new())
    }

    /// Writes this configuration into `folder`, with a listener, a log of errors and the policy that one of the group
    /// `owners` says yes. The ledger is `sluice.db` beside it.
    ///
    /// # Errors
    /// Where the program is not beside this one, or the folder cannot be written.
    pub fn configured(
        folder: &Path,
        config: &str,
        variables: Vec<(String, String)>,
    ) -> Result<Self, Failure> {
        let sluice = std::env::current_exe()?.with_file_name("sluice");
        if !sluice.exists() {
            return Err(format!("{} is missing: run `make bench`", sluice.display()).into());
        }
        fs::create_dir_all(folder)?;
        let (address, public) = (free_address()?, free_address()?);
        let config = format!(
            "listen: {{ private: \"{address}\", public: \"{public}\" }}\nlog: {{ level: error }}\n{config}\
             policy:\n  - {{ environments: [\"*\"], verbs: [\"*\"], need: [{{ count: 1, from: owners }}], vote_within: 30m }}\n"
        );
        fs::write(folder.join("sluice.yaml"), config)?;
        Ok(Self {
            sluice,
            folder: folder.to_owned(),
            address,
            public,
            variables,
        })
    }

    /// Where the ledger is.
    pub fn ledger(&self) -> PathBuf {
        self.folder.join("sluice.db")
    }

    /// Carries out a subcommand that ends by itself.
    ///
    /// # Errors
    /// Where it does not end well, with what it said.
    pub fn carry_out(&self, arguments: &[&str]) -> Result<String, Failure> {
        let output = self.command(arguments).output()?;
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).into_owned())
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned().into())
        }
    }

    /// Starts it and waits until `/readyz` says so.
    ///
    /// # Errors
    /// Where it ends, or is not ready in time.
    pub async fn run(&self) -> Result<Running, Failure> {
        let began = Instant::now();
        let process = self
            .command(&["run"])
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()?;
        let mut running = Running {
            process,
            address: self.address,
            token: String::new(),
            ready_after: Duration::ZERO,
        };
        while !running.is_ready().await {
            if running.process.try_wait()?.is_some() || began.elapsed() > READY_WITHIN {
                return Err("`sluice run` did not become ready".into());
            }
            tokio::time::sleep(Duration::from_micros(200)).await;
        }
        running.ready_after = began.elapsed();
        running.token = fs::read_to_string(self.folder.join("sluice.db.token"))?;
        Ok(running)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a benchmark of the program starts the program"
    )]
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.sluice);
        command.current_dir(&self.folder).env_clear().args(arguments);
        command.envs(self.variables.iter().cloned());
        command.stdin(Stdio::null());
        command
    }
}

fn free_address() -> Result<SocketAddr, Failure> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// A running `sluice`; it does not outlive its measurement.
#[derive(Debug)]
pub struct Running {
    process: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// The token of this start.
    pub token: String,
    /// From the start of the process to the first `/readyz` that said yes.
    pub ready_after: Duration,
}

impl Running {
    async fn is_ready(&self) -> bool {
        let asked = request("GET", "/readyz", self.address, "", None);
        let Ok(mut wire) = Wire::open(self.address).await else {
            return false;
        };
        wire.call(&asked).await.is_ok_and(|answer| answer.status == 200)
    }

    /// Resident memory now, megabytes.
    ///
    /// # Errors
    /// Where `/proc` does not tell.
    pub fn resident_mb(&self) -> Result<f64, Failure> {
        let status = Process::new(i32::try_from(self.process.id())?)?.status()?;
        let kb = status.vmrss.ok_or("VmRSS is missing")?;
        Ok(kb as f64 / 1024.0)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
