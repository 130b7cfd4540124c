//! Settling one case: JSON on standard input, the figures of its document on standard output.

use std::io::{self, Read as _, Write as _};
use std::process::ExitCode;

use serde::Serialize;

use domain::settlement::case::Case;
use domain::settlement::refusal::Refusals;
use domain::settlement::result::Settlement;
use domain::settlement::settle;

/// The case is refused; what is wrong stands on standard output.
const REFUSED: u8 = 2;

/// Settles the case on standard input.
pub fn settle_stdin() -> ExitCode {
    let mut json = Vec::new();
    let answered = io::stdin().lock().read_to_end(&mut json).and_then(|_| match settled(&json) {
        Ok((_case, settlement)) => print(&settlement).map(|()| ExitCode::SUCCESS),
        Err(refusals) => print(&refusals).map(|()| ExitCode::from(REFUSED)),
    });
    answered.unwrap_or_else(|error| {
        drop(writeln!(io::stderr(), "error: {error}"));
        ExitCode::FAILURE
    })
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

/// One line of JSON.
fn print(answer: &impl Serialize) -> io::Result<()> {
    let mut output = io::stdout().lock();
    serde_json::to_writer(&mut output, answer)?;
    writeln!(output)
}
