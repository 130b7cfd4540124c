//! The local stack and the command line.

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use meterlink::fast_forward;

#[derive(Debug, Parser)]
#[command(name = "meterlink", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Plays the whole year without a browser and prints its transcript
    FastForward(fast_forward::Args),
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Cli { command } = Cli::parse();
    let Command::FastForward(args) = command;
    let print = |line: &str| drop(writeln!(std::io::stdout(), "{line}"));
    match fast_forward::run(&args, print).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            drop(writeln!(std::io::stderr(), "{error}"));
            ExitCode::from(error.status())
        }
    }
}
