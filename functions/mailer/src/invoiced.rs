//! The mail with an invoice: its figures are those of its case, its files those of the archive.

use cloud::Failure;
use cloud::store::account::ConnectionRecords;
use cloud::store::billing::InvoiceHead;
use domain::connection::Ean;
use domain::invoice::InvoiceState;
use domain::settlement::case::{Case, SettledConnection};
use domain::settlement::settle;
use links::link::Link;
use links::link_type::Submit;
use views::mail::{CorrectableAddress, Files, InvoiceMail, MailError};

use crate::account::{Desk, Prepared, ReadyLetter};

/// Decides what the mail says: nothing, when the invoice was taken back meanwhile.
pub(crate) async fn prepare(desk: &Desk<'_>) -> Result<Prepared, Failure> {
    let Desk { app, send, records, .. } = *desk;
    let Some(carried) = &send.invoice else {
        return Err(Failure::permanent("the row of an invoice that names none"));
    };
    let number = &carried.number;
    let invoice = app.store.invoice(number).await?;
    let invoice = invoice.ok_or_else(|| Failure::permanent("a number without an invoice"))?;
    match app.store.settlement_of(&invoice.head).await?.invoice {
        Some(InvoiceState::Rendered | InvoiceState::Issued) => {}
        Some(InvoiceState::Credited) => return Ok(Prepared::NothingToSay),
        Some(InvoiceState::Numbered) | None => {
            return Err(Failure::permanent("an invoice whose documents are not kept"));
        }
    }
    if records.languages().is_empty() {
        return Ok(Prepared::NoRecipient);
    }
    let Some(part) = desk.division(|| Ok(desk.by_language())).await? else {
        return Ok(Prepared::NothingToSay);
    };
    let to = desk.recipients(part.language);
    if to.is_empty() {
        return Ok(Prepared::NoRecipient);
    }
    let refused = |_| Failure::permanent("a case that has its number is refused");
    let case = Case::parse(invoice.case.as_bytes()).map_err(refused)?;
    let settlement = settle(&case).map_err(refused)?;
    let path = number.path();
    let pdf = app.documents.get(&format!("{path}.pdf")).await?;
    let xml = app.documents.get(&format!("{path}.xml")).await?;
    let only = only_connection(desk, &case);
    let link = only.map(|connection| link(desk, &invoice.head, connection));
    let correction = only.zip(link.as_ref()).map(|(connection, link)| CorrectableAddress {
        address: &connection.filed.connection.address,
        url: link.reveal(),
    });
    let id = send.id().to_string();
    let mail = views::mail::invoice(
        &app.house,
        &InvoiceMail {
            envelope: desk.envelope(&id, part.language, &to),
            customer: &records.account.number,
            case: &case,
            settlement: &settlement,
            correction,
            files: Files { pdf: &pdf, xml: &xml },
        },
    );
    match mail {
        Ok(mail) => Ok(Prepared::Letter(Box::new(ReadyLetter { mail, to }))),
        Err(MailError::TooLarge) => Ok(Prepared::NoRecipient),
        Err(error @ (MailError::LinkTooLong { .. } | MailError::NotALink)) => {
            Err(Failure::permanent(error.to_string()))
        }
    }
}

/// The connection of an account that has one alone, when the invoice is about it.
fn only_connection<'a>(desk: &Desk<'a>, case: &Case) -> Option<&'a ConnectionRecords> {
    let [connection] = desk.records.connections.as_slice() else { return None };
    let [settled] = case.connections.as_slice() else { return None };
    is_of(settled, connection).then_some(connection)
}

/// A case names a connection by its EAN, or else by its number.
fn is_of(settled: &SettledConnection, connection: &ConnectionRecords) -> bool {
    let known = &connection.filed.connection;
    let ean = known.ean.as_ref().map(Ean::as_str);
    settled.id == known.number.as_str() || Some(settled.id.as_str()) == ean
}

fn link(desk: &Desk<'_>, head: &InvoiceHead, connection: &ConnectionRecords) -> Link {
    let Desk { app, ring, .. } = *desk;
    let filed = &connection.filed;
    ring.key::<Submit>().link(&app.base, filed.subject, head.campaign, filed.generation)
}
