//! `sluice demo`: a real local Flink, a job that falls behind, and one incident played before the reader's eyes.
//!
//! Nothing here is staged: Flink is Flink, the change goes the road of every change, and what is printed is what the
//! console shows. Only the windows are short, and the card says so.

mod flink;
mod folder;
mod incident;
mod java;
mod job;

use std::path::PathBuf;

use crate::cli::Failure;
use crate::config::{Config, Secrets, variables};
use crate::console::Console;
use crate::shutdown::{Shutdown, shutdown};
use crate::telemetry;
use crate::wiring::Sluice;

use flink::LocalFlink;
use folder::Folder;
use incident::Incident;
use java::Java;

/// What the demo is asked for.
#[derive(Debug, Clone)]
pub struct Demo {
    /// End after the incident, and say by the exit code whether Flink really changed.
    pub scripted: bool,
    /// Keep the folder.
    pub keep: bool,
    /// Holds Flink's jars in `lib`.
    pub flink: PathBuf,
    /// The Java to run it with; `None`: the one on the path.
    pub java: Option<PathBuf>,
}

impl Demo {
    /// Plays the incident; then, unless scripted, stays open until asked to stop. Stops everything it started.
    ///
    /// # Errors
    /// [`Failure::Usage`] where Java or Flink's jars are missing, [`Failure::Failed`] where the incident did not come to
    /// its end: Flink did not change, or no snapshot was posted.
    pub async fn run(self) -> Result<(), Failure> {
        let java = Java::find(self.java.as_deref())?;
        let jars = flink::jars(&self.flink)?;
        let folder = Folder::fresh(self.keep)?;
        println!("folder  {}", folder.path().display());
        let (stopper, shutdown) = shutdown();
        stopper.stop_on_signals().map_err(failed)?;
        let flink = LocalFlink::new(&folder, &java, &self.flink, jars);
        let played = tokio::select! {
            played = self.play(&folder, &java, &flink, &shutdown) => played,
            () = shutdown.asked() => Err(Failure::Failed("stopped before the incident was over".to_owned())),
        };
        stopper.stop();
        flink.stop_all().await;
        println!("stopped everything that the demo started");
        played
    }

    async fn play(
        &self,
        folder: &Folder,
        java: &Java,
        flink: &LocalFlink,
        shutdown: &Shutdown,
    ) -> Result<(), Failure> {
        println!("flink   starting a JobManager and a TaskManager (up to two minutes on a busy machine)");
        let jar = job::compile(java, folder, flink.jars()).await?;
        flink.start().await?;
        let job = flink.submit(&jar).await?;
        println!(
            "flink   {}: job orders runs at parallelism 1, 600 records/s arrive, 200/s is what it can",
            flink.url()
        );
        let config = folder.write_config(flink, java)?;
        let variables = variables();
        let config = Config::load(&config, &variables, Secrets::Read(&variables))?;
        telemetry::start(
            &config.log,
            &telemetry::Sink::File(folder.path().join("sluice.log")),
        )
        .map_err(failed)?;
        let sluice = Sluice::build(config).await.map_err(failed)?;
        let address = format!("http://{}", sluice.address());
        let console = Console::new(address.parse().map_err(failed)?, sluice.token().to_owned().into())
            .map_err(failed)?;
        if let Some(printed) = sluice.console_to_print() {
            println!("console {printed}");
        }
        let running = tokio::spawn(sluice.run(shutdown.clone()));
        let incident = Incident::new(console, folder.charts());
        incident.play().await?;
        flink.must_run_at(&job, incident::WANTED).await?;
        println!(
            "flink   says itself: every vertex of orders runs at parallelism {}",
            incident::WANTED
        );
        if !self.scripted {
            println!("\nIt stays open: act as ana, bo or cy at the address above. Ctrl-C ends it.");
            shutdown.asked().await;
        }
        drop(running);
        Ok(())
    }
}

/// One line for a person, from an error and its causes.
fn failed(error: impl std::error::Error) -> Failure {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        line.push_str(": ");
        line.push_str(&inner.to_string());
        cause = inner.source();
    }
    Failure::Failed(line)
}
