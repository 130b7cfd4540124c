//! From a set document to the bytes of a file to keep.

use chrono::{DateTime, Datelike as _, NaiveDate, Timelike as _, Utc};
use typst::comemo;
use typst::diag::SourceDiagnostic;
use typst::foundations::{Datetime, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use domain::calendar;

use super::pack::pack;
use super::world::Desk;

/// How often typst's memory of earlier documents is aged before what was not used again goes.
const KEPT_FOR: usize = 1;

/// Sets what lies on `desk` and writes it as PDF/A-3a and PDF/UA-1.
///
/// **Errors.** What typst said, a line each: the template or a standard is broken, never the data.
pub(super) fn export(desk: &Desk, ident: &str, today: NaiveDate) -> Result<Vec<u8>, String> {
    let set = typst::compile::<PagedDocument>(desk);
    let document = set.output.map_err(|faults| said(&faults))?;
    if !set.warnings.is_empty() {
        return Err(said(&set.warnings));
    }
    let standards = PdfStandards::new(&[PdfStandard::A_3a, PdfStandard::Ua_1])
        .map_err(|fault| fault.message().to_string())?;
    let options = PdfOptions {
        ident: Smart::Custom(ident.to_owned()),
        creator: Smart::Custom(Some("Meterlink".to_owned())),
        timestamp: midnight(today),
        standards,
        ..PdfOptions::default()
    };
    let written = typst_pdf::pdf(&document, &options).map_err(|faults| said(&faults));
    // What a thousand different invoices leave behind would otherwise stay.
    comemo::evict(KEPT_FOR);
    pack(&written?).ok_or_else(|| "typst writes its files in another way".to_owned())
}

/// The first instant of `today` in Amsterdam, with its distance to UTC.
fn midnight(today: NaiveDate) -> Option<Timestamp> {
    let at: DateTime<Utc> = calendar::start_of(today);
    let local = calendar::civil_time(at);
    let minutes = (local - at.naive_utc()).num_minutes();
    let part = |part: u32| u8::try_from(part).ok();
    let day = Datetime::from_ymd_hms(
        local.year(),
        part(local.month())?,
        part(local.day())?,
        part(local.hour())?,
        part(local.minute())?,
        part(local.second())?,
    )?;
    Timestamp::new_local(day, i32::try_from(minutes).ok()?)
}

fn said(faults: &[SourceDiagnostic]) -> String {
    let lines: Vec<String> = faults
        .iter()
        .map(|fault| {
            let hints: Vec<String> =
                fault.hints.iter().map(|hint| format!(" ({})", hint.v)).collect();
            format!("{}{}", fault.message, hints.concat())
        })
        .collect();
    lines.join("\n")
}
