//! A fake `java`: a process that takes the command line of a TaskManager as strictly as Java and Flink do, registers at
//! the JobManager that its configuration names, and stays until it is ended. It has no slots to run anything in: what a
//! TaskManager does is in the fake's model, the process only comes and goes.

pub mod command_line;

use command_line::CommandLine;
use std::io;
use std::process::ExitCode;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::signal::unix::{SignalKind, signal};

/// The main function of a program that stands for `java`. Complaints go to standard error, as Java's and Flink's do.
pub fn main() -> ExitCode {
    let outcome = CommandLine::read(std::env::args().skip(1)).and_then(|command_line| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| error.to_string())?;
        runtime
            .block_on(live(&command_line))
            .map_err(|error| error.to_string())
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(complaint) => {
            #[allow(clippy::print_stderr, reason = "it is what a process has to complain with")]
            {
                eprintln!("{complaint}");
            }
            ExitCode::FAILURE
        }
    }
}

/// From registering to SIGTERM, or to the end of the JobManager.
async fn live(command_line: &CommandLine) -> io::Result<()> {
    let mut asked_to_end = signal(SignalKind::terminate())?;
    let (reading, mut writing) = TcpStream::connect(&command_line.job_manager).await?.into_split();
    let registration = format!("register {} {}\n", command_line.resource_id, command_line.slots);
    writing.write_all(registration.as_bytes()).await?;
    let mut words = BufReader::new(reading).lines();
    if words.next_line().await?.as_deref() != Some("registered") {
        return Err(io::Error::other("the JobManager refused the registration"));
    }
    tokio::select! {
        _ = asked_to_end.recv() => writing.write_all(b"leave\n").await,
        _ = words.next_line() => Ok(()),
    }
}
