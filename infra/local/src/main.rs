//! The local stack and the command line.

use std::io::{self, BufRead as _, Write as _};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use meterlink::{checking, demo, estimating, fast_forward, settling};

/// Runs Meterlink on this computer: a fictional utility, its customers' inbox and its back office.
#[derive(Debug, Parser)]
#[command(
    name = "meterlink",
    version,
    args_conflicts_with_subcommands = true,
    after_help = "Example: meterlink demo --port 9000"
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    demo: demo::Args,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the local stack with its inbox and back office (what happens without a command)
    #[command(after_help = "Example: meterlink demo --port 9000")]
    Demo(demo::Args),
    /// Play the whole year without a browser and print its transcript
    #[command(after_help = "Example: meterlink fast-forward --story faults --response 90")]
    FastForward(fast_forward::Args),
    /// Estimate the missing reading of each line of standard input
    #[command(after_help = "Example: meterlink estimate <cases.json >estimates.json")]
    Estimate(estimating::EstimateArgs),
    /// Check the typed reading of each line of standard input
    #[command(after_help = "Example: meterlink check-reading <cases.json >verdicts.json")]
    CheckReading(estimating::CheckArgs),
    /// Settle the case on standard input: the figures of its invoice, or all that is wrong with it
    #[command(after_help = "Example: meterlink settle --out documents <case.json >result.json")]
    Settle(settling::SettleArgs),
    /// Read a folder of configuration as the functions do, and say all that is wrong with it
    #[command(after_help = "Example: meterlink check-config infra/config")]
    CheckConfig(checking::ConfigArgs),
    /// Sign or read links, one JSON object a line
    #[command(subcommand, after_help = "Example: meterlink link read <lines.json")]
    Link(Link),
}

#[derive(Clone, Copy, Debug, Subcommand)]
enum Link {
    /// Sign the token that each line of standard input asks for
    #[command(after_help = "Example: meterlink link mint <lines.json >tokens.json")]
    Mint,
    /// Say what the token of each line of standard input holds
    #[command(after_help = "Example: meterlink link read <lines.json >grants.json")]
    Read,
}

fn main() -> ExitCode {
    let Cli { command, demo } = Cli::parse();
    match command {
        None => demo::run(&demo),
        Some(Command::Demo(args)) => demo::run(&args),
        Some(Command::FastForward(args)) => forward(&args),
        Some(Command::Estimate(args)) => estimating::estimate_lines(&args),
        Some(Command::CheckReading(args)) => estimating::check_lines(&args),
        Some(Command::Settle(args)) => settling::settle_stdin(&args),
        Some(Command::CheckConfig(args)) => checking::check_folder(&args),
        Some(Command::Link(Link::Mint)) => by_line(links::lines::mint),
        Some(Command::Link(Link::Read)) => by_line(links::lines::read),
    }
}

fn forward(args: &fast_forward::Args) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            drop(writeln!(io::stderr(), "error: {error}"));
            return ExitCode::FAILURE;
        }
    };
    let print = |line: &str| drop(writeln!(io::stdout(), "{line}"));
    match runtime.block_on(fast_forward::run(args, print)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            drop(writeln!(io::stderr(), "{}", error.told()));
            ExitCode::from(error.status())
        }
    }
}

/// Answers each line of standard input with one on standard output, before the next is read.
fn by_line(answer: fn(&[u8]) -> String) -> ExitCode {
    let mut output = io::stdout().lock();
    for line in io::stdin().lock().split(b'\n') {
        let answered = line.and_then(|line| {
            let line = line.strip_suffix(b"\r").unwrap_or(&line);
            writeln!(output, "{}", answer(line))?;
            output.flush()
        });
        if answered.is_err() {
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
