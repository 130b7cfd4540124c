//! Settling one case: JSON on standard input, the figures of its document on standard output, and the
//! document itself in a folder where one is named.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use cloud::Failure;
use documents::PdfError;
use domain::settlement::case::Case;
use domain::settlement::refusal::Refusals;
use domain::settlement::result::Settlement;
use domain::settlement::settle;
use views::House;
use views::config::ConfigError;

use crate::configuration;
use crate::standin::kept::{self, KeptError};

/// The case is refused; what is wrong stands on standard output.
const REFUSED: u8 = 2;

/// What `meterlink settle` takes.
#[derive(Args, Debug)]
pub struct SettleArgs {
    /// Also write `<number>.pdf` and `<number>.xml` into this folder, which is made if need be
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Settles the case on standard input.
pub fn settle_stdin(args: &SettleArgs) -> ExitCode {
    let mut json = Vec::new();
    let answered = io::stdin().lock().read_to_end(&mut json).map_err(Unanswered::Io);
    let answered = answered.and_then(|_| answer(args, &json));
    answered.unwrap_or_else(|unanswered| {
        drop(writeln!(io::stderr(), "error: {unanswered}"));
        ExitCode::FAILURE
    })
}

fn answer(args: &SettleArgs, json: &[u8]) -> Result<ExitCode, Unanswered> {
    let (case, settlement) = match settled(json) {
        Ok(settled) => settled,
        Err(refusals) => return Ok(print(&refusals).map(|()| ExitCode::from(REFUSED))?),
    };
    if let Some(folder) = &args.out {
        write_documents(folder, &case, &settlement)?;
    }
    Ok(print(&settlement).map(|()| ExitCode::SUCCESS)?)
}

/// A case and its settlement, from which its documents are made.
///
/// **Shape.** `json` is one case and nothing else.
/// **Errors.** [`Refusals`]: all that is wrong in the case, for whoever made it.
pub fn settled(json: &[u8]) -> Result<(Case, Settlement), Refusals> {
    let case = Case::parse(json)?;
    let settlement = settle(&case)?;
    Ok((case, settlement))
}

/// Why a good case was not answered: never its maker's fault.
#[derive(Debug, thiserror::Error)]
enum Unanswered {
    /// The case could not be read, its result not written, or the folder not made: look at where they
    /// are.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// A document could not be written: look at the folder and the disk.
    #[error(transparent)]
    Document(#[from] KeptError),
    /// The brand of this checkout breaks a rule: mend what it names, build again.
    #[error(transparent)]
    Brand(#[from] ConfigError),
    /// The configuration of this checkout breaks a rule: mend what it names, build again.
    #[error(transparent)]
    Configuration(#[from] Failure),
    /// The document could not be set: as its own variants say.
    #[error(transparent)]
    Pdf(#[from] PdfError),
}

/// Writes both files of the document, in the brand of this checkout: each whole or not at all, and none
/// before both are made.
fn write_documents(folder: &Path, case: &Case, settlement: &Settlement) -> Result<(), Unanswered> {
    let config = configuration::config();
    let house = House::of(|path| config.bytes(path))?;
    let letterhead = invoices::letterhead(&house, &config.invoicing()?);
    let pdf = documents::pdf(case, settlement, &letterhead)?;
    let xml = documents::ubl(case, settlement);
    fs::create_dir_all(folder)?;
    let number = &settlement.number;
    for (ending, bytes) in [("pdf", pdf), ("xml", xml)] {
        kept::replace(&folder.join(format!("{number}.{ending}")), &bytes)?;
    }
    Ok(())
}

/// One line of JSON.
fn print(answer: &impl Serialize) -> io::Result<()> {
    let mut output = io::stdout().lock();
    serde_json::to_writer(&mut output, answer)?;
    writeln!(output)
}
