//! The command line: one file for each subcommand.

mod ask;
mod audit;
mod check;
mod commands;
mod demo;
mod policy;
mod run;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::{Config, Mistakes, Secrets, variables};

/// A chat-ops bot for Apache Flink: ask, let a peer approve, see that it helped.
#[derive(Debug, Parser)]
#[command(name = "sluice", version, arg_required_else_help = true)]
pub struct Arguments {
    /// The configuration.
    #[arg(long, global = true, value_name = "FILE", default_value = "sluice.yaml")]
    config: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the bot.
    Run,
    /// Play one approved change on a real local Flink; nothing to configure.
    Demo(demo::Arguments),
    /// Check the configuration and tell every mistake.
    Check(check::Arguments),
    /// Print the catalog of commands.
    Commands(commands::Arguments),
    /// Ask the running bot from this terminal.
    Ask(ask::Arguments),
    /// Say who may approve what, and why.
    #[command(subcommand)]
    Policy(policy::Command),
    /// Check or export the audit log.
    #[command(subcommand)]
    Audit(audit::Command),
    /// Print the version.
    Version,
}

/// Why a subcommand did not do it, as one line that says what to do next.
#[derive(Debug)]
pub enum Failure {
    /// Wrong usage or configuration: exit code 2.
    Usage(String),
    /// Anything else: exit code 1.
    Failed(String),
}

impl From<Mistakes> for Failure {
    fn from(mistakes: Mistakes) -> Self {
        Failure::Usage(mistakes.to_string())
    }
}

/// Carries out what was typed and says how it went.
pub async fn carry_out(arguments: Arguments) -> ExitCode {
    let Arguments { config, command } = arguments;
    let done = match command {
        Command::Run => run::run(&config).await,
        Command::Demo(arguments) => demo::demo(arguments).await,
        Command::Check(arguments) => check::check(&config, &arguments).await,
        Command::Commands(arguments) => commands::commands(&config, &arguments).await,
        Command::Ask(arguments) => ask::ask(&config, arguments).await,
        Command::Policy(command) => policy::policy(&config, &command),
        Command::Audit(command) => audit::audit(&config, &command).await,
        Command::Version => {
            println!("sluice {}", env!("CARGO_PKG_VERSION"));
            Ok(())
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Usage(why)) => fail(&why, 2),
        Err(Failure::Failed(why)) => fail(&why, 1),
    }
}

fn fail(why: &str, code: u8) -> ExitCode {
    eprintln!("{why}");
    ExitCode::from(code)
}

/// An error and its causes in one line.
fn told(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    let mut line = error.to_string();
    for cause in causes {
        line.push_str(": ");
        line.push_str(&cause.to_string());
    }
    line
}

/// The configuration for a command that speaks to a bot or reads its files, and needs no secrets of it.
fn without_secrets(file: &std::path::Path) -> Result<Config, Failure> {
    Ok(Config::load(file, &variables(), Secrets::Leave)?)
}
