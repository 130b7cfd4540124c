//! The documents of an invoice, as the archive has them.

use bytes::Bytes;
use http::{Response, StatusCode};

use cloud::Error;
use domain::invoice::InvoiceNumber;

use crate::stack::Stack;

use super::super::page;

/// A document: `<number>.pdf` or `<number>.xml`.
pub(in super::super) async fn document(stack: &Stack, file: &str) -> Response<Bytes> {
    let parts = file.split_once('.').and_then(|(number, ending)| {
        let kind = match ending {
            "pdf" => "application/pdf",
            "xml" => "application/xml",
            _ => return None,
        };
        Some((InvoiceNumber::parse(number)?, ending, kind))
    });
    let Some((number, ending, kind)) = parts else {
        return page::plain(StatusCode::NOT_FOUND, "There is no such document.");
    };
    match stack.documents().get(&format!("{}.{ending}", number.path())).await {
        Ok(bytes) => page::answer(StatusCode::OK, kind, bytes),
        Err(Error::Missing { .. }) => {
            page::plain(StatusCode::NOT_FOUND, "This document is not made yet.")
        }
        Err(error) => page::plain(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}
