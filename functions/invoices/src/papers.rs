//! The files of an invoice: from its case to the archive.

use sha2::{Digest as _, Sha256};

use cloud::Failure;
use cloud::archive::{Encoding, File};
use cloud::store::billing::Invoice;
use domain::hex::hex;
use domain::settlement::case::Case;
use domain::settlement::refusal::Refusals;
use domain::settlement::settle;

use crate::App;

/// Keeps every file of `invoice`: PDF and e-invoice, and the case where it is too large for the PDF.
pub(crate) async fn keep(app: &App, invoice: &Invoice) -> Result<(), Failure> {
    let head = &invoice.head;
    let case = Case::parse(invoice.case.as_bytes()).map_err(|it| refused(&it))?;
    let settlement = settle(&case).map_err(|it| refused(&it))?;
    if settlement.number != head.number {
        return Err(Failure::permanent("a case that is of another number"));
    }
    let unset = |error: documents::PdfError| Failure::permanent(error.to_string());
    let pdf = (app.press)(&case, &settlement, &app.letterhead).map_err(unset)?;
    let beside = documents::case_beside(&case).map_err(unset)?;
    let metadata = [
        ("number", head.number.to_string()),
        ("kind", head.kind.as_str().to_owned()),
        ("case-sha256", hex(&Sha256::digest(&invoice.case))),
        ("template", documents::template()),
        ("rules", i64::from(head.rules).to_string()),
    ];
    let path = head.number.path();
    let kept = |ending: &str, bytes, content_type, encoding| File {
        key: format!("{path}.{ending}"),
        bytes,
        content_type,
        encoding,
        metadata: &metadata,
    };
    let xml = documents::ubl(&case, &settlement);
    app.archive.keep(kept("pdf", pdf, "application/pdf", Encoding::Identity)).await?;
    app.archive.keep(kept("xml", xml, "application/xml", Encoding::Gzip)).await?;
    if let Some(case) = beside {
        app.archive.keep(kept("case.json", case, "application/json", Encoding::Gzip)).await?;
    }
    Ok(())
}

/// A case that has its number was settled before: that it is refused now is our fault.
fn refused(refusals: &Refusals) -> Failure {
    Failure::permanent(format!("a case that has its number is refused: {refusals}"))
}
