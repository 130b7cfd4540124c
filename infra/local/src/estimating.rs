//! Estimating and checking by lines of JSON on standard input, one answer a line on standard output.

use std::io::{self, BufRead, BufReader, BufWriter, Read as _, Write};
use std::process::ExitCode;

use chrono::NaiveDate;

use domain::estimate::lines::{Answer, Telling, estimate};
use domain::estimate::parameters::{ParameterSets, Parameters};
use domain::judge::lines::check_reading;

/// The constants of this checkout.
const FILE: &str = "infra/config/estimation.toml";
const TEXT: &str = include_str!("../../config/estimation.toml");

/// A longer line is answered with an error instead of being held in memory.
const LONGEST_LINE: usize = 1 << 20;

/// How many bytes are read at once.
const BUFFER: usize = 1 << 16;

/// Every line was read, and some could not be answered as they ask.
const SOME_ERRORS: u8 = 3;

/// The arguments name something that is not there.
const UNUSABLE: u8 = 2;

/// Arguments of `meterlink estimate`.
#[derive(Clone, Debug, clap::Args)]
pub struct EstimateArgs {
    /// Say the steps of each estimate in words, too
    #[arg(long)]
    explain: bool,
    /// Use this set of infra/config/estimation.toml instead of the newest
    #[arg(long, value_name = "ID")]
    parameter_set: Option<String>,
}

/// Arguments of `meterlink check-reading`.
#[derive(Clone, Debug, clap::Args)]
pub struct CheckArgs {
    /// Refuse readings of days after this one
    #[arg(long, value_name = "DATE")]
    today: Option<NaiveDate>,
    /// Use this set of infra/config/estimation.toml instead of the newest
    #[arg(long, value_name = "ID")]
    parameter_set: Option<String>,
}

/// Estimates the register of each line of standard input.
pub fn estimate_lines(args: &EstimateArgs) -> ExitCode {
    let telling = if args.explain { Telling::Steps } else { Telling::Figures };
    with(args.parameter_set.as_deref(), |parameters| {
        answer_stdin(|line, number| estimate(line, number, parameters, telling))
    })
}

/// Checks the reading that each line of standard input submits.
pub fn check_lines(args: &CheckArgs) -> ExitCode {
    with(args.parameter_set.as_deref(), |parameters| {
        answer_stdin(|line, number| check_reading(line, number, parameters, args.today))
    })
}

/// Runs `run` with the parameter set `id`, or the newest.
fn with(id: Option<&str>, run: impl FnOnce(&Parameters) -> ExitCode) -> ExitCode {
    let told = match ParameterSets::parse(FILE, TEXT) {
        Ok(sets) => match id.map_or(Some(sets.newest()), |id| sets.named(id)) {
            Some(parameters) => return run(parameters),
            None => format!("{FILE} has no set {:?}", id.unwrap_or_default()),
        },
        Err(errors) => errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
    };
    drop(writeln!(io::stderr(), "error: {told}"));
    ExitCode::from(UNUSABLE)
}

fn answer_stdin(answer: impl Fn(&[u8], u64) -> Answer) -> ExitCode {
    let input = BufReader::with_capacity(BUFFER, io::stdin().lock());
    let output = BufWriter::with_capacity(BUFFER, io::stdout().lock());
    match answer_lines(input, output, answer) {
        Ok(Answered::All) => ExitCode::SUCCESS,
        Ok(Answered::WithErrors) => ExitCode::from(SOME_ERRORS),
        Err(error) => {
            drop(writeln!(io::stderr(), "error: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// How the lines were answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answered {
    /// Each as it asks.
    All,
    /// Some with an error.
    WithErrors,
}

/// Answers each line of `input` on `output`. An answer leaves at the latest when the next line
/// would have to be waited for.
fn answer_lines<R: io::Read>(
    mut input: BufReader<R>,
    mut output: impl Write,
    answer: impl Fn(&[u8], u64) -> Answer,
) -> io::Result<Answered> {
    let mut answered = Answered::All;
    let mut line = Vec::new();
    let mut number = 0_u64;
    loop {
        if !input.buffer().contains(&b'\n') {
            output.flush()?;
        }
        let Some(read) = read_line(&mut input, &mut line)? else {
            output.flush()?;
            return Ok(answered);
        };
        number = number.saturating_add(1);
        let said = match read {
            Line::Whole => answer(line.strip_suffix(b"\r").unwrap_or(&line), number),
            Line::TooLong => Answer::Error(format!(
                r#"{{"case_id":null,"line":{number},"error":"LINE_TOO_LONG","message":"the line has more than {LONGEST_LINE} bytes: write one case a line"}}"#
            )),
        };
        match said {
            Answer::Done(text) => write_line(&mut output, &text)?,
            Answer::Error(text) => {
                answered = Answered::WithErrors;
                write_line(&mut output, &text)?;
            }
            Answer::Skipped => {}
        }
    }
}

fn write_line(output: &mut impl Write, text: &str) -> io::Result<()> {
    output.write_all(text.as_bytes())?;
    output.write_all(b"\n")
}

/// How much of a line was held.
enum Line {
    Whole,
    TooLong,
}

/// Reads up to the next line end, which is left out; nothing at the end of `input`.
fn read_line(mut input: impl BufRead, line: &mut Vec<u8>) -> io::Result<Option<Line>> {
    line.clear();
    let most = u64::try_from(LONGEST_LINE.saturating_add(1)).unwrap_or(u64::MAX);
    if input.by_ref().take(most).read_until(b'\n', line)? == 0 {
        return Ok(None);
    }
    if line.pop_if(|last| *last == b'\n').is_none() && line.len() > LONGEST_LINE {
        input.skip_until(b'\n')?;
        return Ok(Some(Line::TooLong));
    }
    Ok(Some(Line::Whole))
}

#[cfg(test)]
mod tests;
