use insta::assert_snapshot;
use mail_parser::{Message, MessageParser, MimeHeaders as _};

use domain::account::MailAddress;
use domain::address::Postcode;
use domain::settlement::settle;

use crate::page::tests::HOSTILE;
use crate::page::tests::gallery::house;
use crate::page::tests::markup::check_nesting;

use super::*;

const BASE: &str = include_str!("../../../../domain/src/settlement/tests/base.json");
const URL: &str = "https://stand.voorbeeldwater.nl/m/00000000000000000000000000000000000001cR";

/// The base with `changes`: each is what stands there and what shall.
#[track_caller]
fn case(changes: &[(&str, &str)]) -> Case {
    let mut text = BASE.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    Case::parse(text.as_bytes()).unwrap()
}

/// The changes that make a refund of it, a debit, and two addresses of which one is estimated.
const REFUND: (&str, &str) = ("\"cents\": 20000", "\"cents\": 45000");
const DEBIT: (&str, &str) = (
    "\"payment_method\": \"transfer\"",
    "\"payment_method\": \"debit\", \"iban\": \"NL20INGB0001234567\", \"mandate\": \"M-200000017\"",
);
const ESTIMATED: (&str, &str) = (
    "\"value\": \"220\", \"source\": \"customer\", \"quality\": \"actual\"",
    "\"value\": \"220\", \"source\": \"estimated\", \"quality\": \"estimated\"",
);
const SECOND: (&str, &str) = (
    "} ] } ] } ],\n  \"past_terms\"",
    "} ] } ] },\n { \"id\": \"A2\", \"address\": \"Laan 3\", \"postcode\": \"3512 CD\", \"city\": \"Utrecht\",
    \"first\": \"2026-01-01\", \"last\": \"2026-12-31\", \"components\": [ \"water.use\" ],
    \"registers\": [ { \"meter\": \"W2\", \"commodity\": \"water\", \"decimals\": 0, \"digits\": 5, \"readings\": [
      { \"date\": \"2025-12-31\", \"value\": \"1\", \"source\": \"customer\", \"quality\": \"actual\" },
      { \"date\": \"2026-12-31\", \"value\": \"9\", \"source\": \"customer\", \"quality\": \"actual\" } ] } ] } ],
  \"past_terms\"",
);

struct Sent {
    mail: Mail,
}

impl Sent {
    fn parsed(&self) -> Message<'_> {
        MessageParser::default().parse(&self.mail.raw).unwrap()
    }

    /// Subject and text as they are read, a no-break space as `~`.
    fn read(&self) -> String {
        let text = self.parsed().body_text(0).unwrap().replace("\r\n", "\n");
        format!("{}\n\n{}", self.mail.subject, text).replace('\u{a0}', "~")
    }
}

/// The mail about `case` in `language`, with files of so many bytes.
#[track_caller]
fn sized(case: &Case, language: Language, bytes: (usize, usize)) -> Result<Sent, MailError> {
    let settlement = settle(case).unwrap();
    let to = MailAddress::parse("m.jansen@voorbeeld.nl").unwrap();
    let address = Address {
        street: "Laan".to_owned(),
        house_number: 1,
        house_letter: None,
        addition: None,
        postcode: Postcode::parse("3512 CD").unwrap(),
        city: "Utrecht".to_owned(),
        country: "NL".to_owned(),
    };
    let (pdf, xml) = (vec![0x25; bytes.0], vec![b'x'; bytes.1]);
    let correction = CorrectableAddress { address: &address, url: URL };
    let model = InvoiceMail {
        envelope: Envelope {
            send_id: "8c46fa98f8de0b4f445ea98066622071",
            at: "2027-01-11T08:00:00Z".parse().unwrap(),
            to: vec![&to],
            language,
            host: "stand.voorbeeldwater.nl",
        },
        customer: &CustomerNumber::parse("200000017").unwrap(),
        case,
        settlement: &settlement,
        correction: (settlement.connections.len() == 1).then_some(correction),
        files: Files { pdf: &pdf, xml: &xml },
    };
    let mail = mail(&house(), &model)?;
    check_nesting(&mail.html);
    let length = mail.subject.chars().count();
    assert!(length <= 60, "{} has {length} characters", mail.subject);
    Ok(Sent { mail })
}

#[track_caller]
fn sent(case: &Case, language: Language) -> Sent {
    sized(case, language, (2000, 1000)).unwrap()
}

#[test]
fn what_is_to_be_paid_stands_first() {
    let read = |language| sent(&case(&[]), language).read();
    assert_snapshot!(read(Language::Nl), @"
    Uw jaarafrekening 2026: €~136,27 te betalen

    Voorbeeld Water

    Beste klant,

    U betaalt €~136,27 uiterlijk op maandag 25 januari 2027.

    Maak het bedrag over naar NL91~ABNA~0417~1643~00 op naam van Voorbeeld Water N.V., met betalingskenmerk 202701000000793.

    Uw kosten waren €~336,27. Daar gaan uw termijnen af: €~200,00.

    Uw nieuwe termijn is €~28,71 per maand, vanaf 1 februari 2027.

    Klopt een meterstand niet? Geef dan de goede door.
    Meterstand doorgeven voor Laan 1:
    https://stand.voorbeeldwater.nl/m/00000000000000000000000000000000000001cR

    Uw factuur zit bij deze e-mail: als pdf om te lezen, en als xml (UBL) om automatisch te verwerken.



    Vragen? Bel 0800 1234567 (ma-vr 8.00-18.00) of mail klantenservice@voorbeeldwater.nl.
    Klantnummer 200000017

    Twijfelt u of deze e-mail van ons is? De link begint altijd met https://stand.voorbeeldwater.nl/m/. Wij vragen nooit om uw bankgegevens.
    ");
    assert_snapshot!(read(Language::En), @"
    Your annual invoice 2026: €~136.27 to pay

    Voorbeeld Water

    Dear customer,

    Please pay €~136.27 by Monday 25 January 2027 at the latest.

    Please transfer the amount to NL91~ABNA~0417~1643~00, in the name of Voorbeeld Water N.V., with payment reference 202701000000793.

    Your costs were €~336.27. Your terms are deducted: €~200.00.

    Your new term is €~28.71 a month, from 1 February 2027.

    Is a meter reading wrong? Please submit the right one.
    Submit the meter reading for Laan 1:
    https://stand.voorbeeldwater.nl/m/00000000000000000000000000000000000001cR

    Your invoice is attached: as PDF to read, and as XML (UBL) to process automatically.



    Questions? Call 0800 1234567 (ma-vr 8.00-18.00) or mail klantenservice@voorbeeldwater.nl.
    Customer number 200000017

    Not sure it is us? The link always starts with https://stand.voorbeeldwater.nl/m/. We never ask for bank details.
    ");
}

#[test]
fn a_refund_says_when() {
    let read = |language| sent(&case(&[REFUND, ESTIMATED]), language).read();
    assert_snapshot!(read(Language::Nl), @"
    Uw jaarafrekening 2026: €~113,73 terug

    Voorbeeld Water

    Beste klant,

    Wij betalen €~113,73 terug op donderdag 21 januari 2027.

    U hoeft niets te doen. Betalingskenmerk 202701000000793.

    Uw kosten waren €~336,27. Daar gaan uw termijnen af: €~450,00.

    Uw nieuwe termijn is €~28,71 per maand, vanaf 1 februari 2027.

    Wij hebben uw meterstand geschat. Weet u de stand? Geef hem dan door.
    Meterstand doorgeven voor Laan 1:
    https://stand.voorbeeldwater.nl/m/00000000000000000000000000000000000001cR

    Uw factuur zit bij deze e-mail: als pdf om te lezen, en als xml (UBL) om automatisch te verwerken.



    Vragen? Bel 0800 1234567 (ma-vr 8.00-18.00) of mail klantenservice@voorbeeldwater.nl.
    Klantnummer 200000017

    Twijfelt u of deze e-mail van ons is? De link begint altijd met https://stand.voorbeeldwater.nl/m/. Wij vragen nooit om uw bankgegevens.
    ");
    assert_snapshot!(read(Language::En), @"
    Your annual invoice 2026: €~113.73 refund

    Voorbeeld Water

    Dear customer,

    We will refund €~113.73 on Thursday 21 January 2027.

    You need do nothing. Payment reference 202701000000793.

    Your costs were €~336.27. Your terms are deducted: €~450.00.

    Your new term is €~28.71 a month, from 1 February 2027.

    We estimated your meter reading. Do you know it? Please submit it.
    Submit the meter reading for Laan 1:
    https://stand.voorbeeldwater.nl/m/00000000000000000000000000000000000001cR

    Your invoice is attached: as PDF to read, and as XML (UBL) to process automatically.



    Questions? Call 0800 1234567 (ma-vr 8.00-18.00) or mail klantenservice@voorbeeldwater.nl.
    Customer number 200000017

    Not sure it is us? The link always starts with https://stand.voorbeeldwater.nl/m/. We never ask for bank details.
    ");
}

#[test]
fn a_debit_is_announced_with_every_day_and_the_mandate() {
    let read = |language| sent(&case(&[DEBIT]), language).read();
    assert_snapshot!(read(Language::Nl), @"
    Uw jaarafrekening 2026: €~136,27 te betalen

    Voorbeeld Water

    Beste klant,

    Wij schrijven €~136,27 af op maandag 25 januari 2027.

    U hoeft niets te doen. Machtiging M-200000017, incassant-ID NL69ZZZ123456780000, betalingskenmerk 202701000000793.

    Uw kosten waren €~336,27. Daar gaan uw termijnen af: €~200,00.

    Uw nieuwe termijn is €~28,71 per maand, vanaf 1 februari 2027.

    Wij schrijven uw nieuwe termijnen af met machtiging M-200000017, incassant-ID NL69ZZZ123456780000:
    €~28,71 op 1~feb~2027, 1~mrt~2027
    €~28,70 op 1~apr~2027, 3~mei~2027, 1~jun~2027, 1~jul~2027, 2~aug~2027, 1~sep~2027, 1~okt~2027, 1~nov~2027, 1~dec~2027, 3~jan~2028

    Klopt een meterstand niet? Geef dan de goede door.
    Meterstand doorgeven voor Laan 1:
    https://stand.voorbeeldwater.nl/m/00000000000000000000000000000000000001cR

    Uw factuur zit bij deze e-mail: als pdf om te lezen, en als xml (UBL) om automatisch te verwerken.



    Vragen? Bel 0800 1234567 (ma-vr 8.00-18.00) of mail klantenservice@voorbeeldwater.nl.
    Klantnummer 200000017

    Twijfelt u of deze e-mail van ons is? De link begint altijd met https://stand.voorbeeldwater.nl/m/. Wij vragen nooit om uw bankgegevens.
    ");
    assert_snapshot!(read(Language::En), @"
    Your annual invoice 2026: €~136.27 to pay

    Voorbeeld Water

    Dear customer,

    We will collect €~136.27 on Monday 25 January 2027.

    You need do nothing. Mandate M-200000017, creditor identifier NL69ZZZ123456780000, payment reference 202701000000793.

    Your costs were €~336.27. Your terms are deducted: €~200.00.

    Your new term is €~28.71 a month, from 1 February 2027.

    We collect your new terms by mandate M-200000017, creditor identifier NL69ZZZ123456780000:
    €~28.71 on 1~Feb~2027, 1~Mar~2027
    €~28.70 on 1~Apr~2027, 3~May~2027, 1~Jun~2027, 1~Jul~2027, 2~Aug~2027, 1~Sep~2027, 1~Oct~2027, 1~Nov~2027, 1~Dec~2027, 3~Jan~2028

    Is a meter reading wrong? Please submit the right one.
    Submit the meter reading for Laan 1:
    https://stand.voorbeeldwater.nl/m/00000000000000000000000000000000000001cR

    Your invoice is attached: as PDF to read, and as XML (UBL) to process automatically.



    Questions? Call 0800 1234567 (ma-vr 8.00-18.00) or mail klantenservice@voorbeeldwater.nl.
    Customer number 200000017

    Not sure it is us? The link always starts with https://stand.voorbeeldwater.nl/m/. We never ask for bank details.
    ");
}

#[test]
fn a_mail_about_several_addresses_carries_no_link() {
    let read = |language| sent(&case(&[SECOND, ESTIMATED]), language).read();
    let dutch = read(Language::Nl);
    assert_eq!(dutch.matches("https://").count(), 1, "the line about what is real: {dutch}");
    assert_snapshot!(dutch, @"
    Uw jaarafrekening 2026: €~149,89 te betalen

    Voorbeeld Water

    Beste klant,

    U betaalt €~149,89 uiterlijk op maandag 25 januari 2027.

    Maak het bedrag over naar NL91~ABNA~0417~1643~00 op naam van Voorbeeld Water N.V., met betalingskenmerk 202701000000793.

    Uw kosten waren €~349,89. Daar gaan uw termijnen af: €~200,00.

    Uw nieuwe termijn is €~29,90 per maand, vanaf 1 februari 2027.

    Deze factuur gaat over 2 leveringsadressen. Van één adres hebben wij de meterstand geschat.

    Uw factuur zit bij deze e-mail: als pdf om te lezen, en als xml (UBL) om automatisch te verwerken.



    Vragen? Bel 0800 1234567 (ma-vr 8.00-18.00) of mail klantenservice@voorbeeldwater.nl.
    Klantnummer 200000017

    Twijfelt u of deze e-mail van ons is? De link begint altijd met https://stand.voorbeeldwater.nl/m/. Wij vragen nooit om uw bankgegevens.
    ");
    assert_snapshot!(read(Language::En), @"
    Your annual invoice 2026: €~149.89 to pay

    Voorbeeld Water

    Dear customer,

    Please pay €~149.89 by Monday 25 January 2027 at the latest.

    Please transfer the amount to NL91~ABNA~0417~1643~00, in the name of Voorbeeld Water N.V., with payment reference 202701000000793.

    Your costs were €~349.89. Your terms are deducted: €~200.00.

    Your new term is €~29.90 a month, from 1 February 2027.

    This invoice is about 2 delivery addresses. We estimated the reading of one address.

    Your invoice is attached: as PDF to read, and as XML (UBL) to process automatically.



    Questions? Call 0800 1234567 (ma-vr 8.00-18.00) or mail klantenservice@voorbeeldwater.nl.
    Customer number 200000017

    Not sure it is us? The link always starts with https://stand.voorbeeldwater.nl/m/. We never ask for bank details.
    ");
}

#[test]
fn a_credit_note_and_a_term_say_what_they_are() {
    let credit = (
        "\"kind\": \"annual\", \"date\": \"2027-01-11\", \"series\": 1,",
        "\"kind\": \"credit_note\", \"date\": \"2027-02-01\", \"series\": 3,
         \"refers_to\": { \"number\": \"202701000000708\", \"date\": \"2027-01-11\" },",
    );
    assert_snapshot!(sent(&case(&[credit]), Language::Nl).read(), @"
    Uw creditnota: €~136,27

    Voorbeeld Water

    Beste klant,

    Hierbij krijgt u een creditnota van €~136,27.

    Hiermee vervalt factuur 202701000000708 van 11 januari 2027. U hoeft niets te doen.

    Klopt een meterstand niet? Geef dan de goede door.
    Meterstand doorgeven voor Laan 1:
    https://stand.voorbeeldwater.nl/m/00000000000000000000000000000000000001cR

    Uw factuur zit bij deze e-mail: als pdf om te lezen, en als xml (UBL) om automatisch te verwerken.



    Vragen? Bel 0800 1234567 (ma-vr 8.00-18.00) of mail klantenservice@voorbeeldwater.nl.
    Klantnummer 200000017

    Twijfelt u of deze e-mail van ons is? De link begint altijd met https://stand.voorbeeldwater.nl/m/. Wij vragen nooit om uw bankgegevens.
    ");
    let term = (
        "\"term_invoice\": null",
        "\"term_invoice\": { \"term\": 3, \"date\": \"2027-03-15\", \"series\": 2, \"sequence\": 5 }",
    );
    let form = (
        "\"form\": \"request\", \"items\": [\n    { \"document\": \"T1\", \"date\": \"2026-06-01\", \"connection\": \"A1\", \"cents\": 20000 } ]",
        "\"form\": \"invoice\", \"items\": []",
    );
    assert_snapshot!(sent(&case(&[term, form]), Language::En).read(), @"
    Your term invoice April 2027: €~28.70

    Voorbeeld Water

    Dear customer,

    Please pay €~28.70 by Thursday 1 April 2027 at the latest.

    Please transfer the amount to NL91~ABNA~0417~1643~00, in the name of Voorbeeld Water N.V., with payment reference 202702000000565.

    This is the term of April 2027. We deduct it from your annual invoice.

    Is a meter reading wrong? Please submit the right one.
    Submit the meter reading for Laan 1:
    https://stand.voorbeeldwater.nl/m/00000000000000000000000000000000000001cR

    Your invoice is attached: as PDF to read, and as XML (UBL) to process automatically.



    Questions? Call 0800 1234567 (ma-vr 8.00-18.00) or mail klantenservice@voorbeeldwater.nl.
    Customer number 200000017

    Not sure it is us? The link always starts with https://stand.voorbeeldwater.nl/m/. We never ask for bank details.
    ");
}

#[test]
fn nothing_to_pay_is_said_too() {
    let case = case(&[]);
    let cost = settle(&case).unwrap().totals.cost_incl.cents();
    let even = self::case(&[("\"cents\": 20000", &format!("\"cents\": {cost}"))]);
    let read = sent(&even, Language::Nl).read();
    assert!(read.starts_with("Uw jaarafrekening 2026: niets te betalen\n"), "{read}");
    assert!(read.contains("U hoeft niets te betalen.\n"), "{read}");
}

#[test]
fn the_largest_amount_fits_the_subject() {
    let case = case(&[]);
    let mut settlement = settle(&case).unwrap();
    settlement.totals.payable = Money::LIMIT;
    let to = MailAddress::parse("m.jansen@voorbeeld.nl").unwrap();
    for language in [Language::Nl, Language::En] {
        for cents in [1, -1] {
            settlement.totals.payable = Money::from_cents(cents * Money::LIMIT.cents());
            let model = InvoiceMail {
                envelope: Envelope {
                    send_id: "8c46fa98f8de0b4f445ea98066622071",
                    at: "2027-01-11T08:00:00Z".parse().unwrap(),
                    to: vec![&to],
                    language,
                    host: "stand.voorbeeldwater.nl",
                },
                customer: &CustomerNumber::parse("200000017").unwrap(),
                case: &case,
                settlement: &settlement,
                correction: None,
                files: Files { pdf: b"%PDF", xml: b"<Invoice/>" },
            };
            let mail = mail(&house(), &model).unwrap();
            let length = mail.subject.chars().count();
            assert!(length <= 60, "{} has {length} characters", mail.subject);
        }
    }
}

/// Names and sizes of what is attached, as a receiver finds them.
fn attached(sent: &Sent) -> String {
    let parsed = sent.parsed();
    let files = parsed.attachments().map(|file| {
        let kind = file.content_type().unwrap();
        let kind = format!("{}/{}", kind.ctype(), kind.subtype().unwrap());
        format!("{} {kind} {}", file.attachment_name().unwrap(), file.contents().len())
    });
    files.collect::<Vec<_>>().join("\n")
}

#[test]
fn both_files_go_along_and_a_large_e_invoice_is_packed() {
    let names = |bytes| attached(&sized(&case(&[]), Language::Nl, bytes).unwrap());
    assert_snapshot!(names((40_000, 12_000)), @"
    202701000000793.pdf application/pdf 40000
    202701000000793.xml application/xml 12000
    ");
    assert_snapshot!(names((2_000_000, 3_000_000)), @"
    202701000000793.pdf application/pdf 2000000
    202701000000793.xml application/xml 3000000
    ");
    assert_snapshot!(names((2_000_000, 3_000_001)), @"
    202701000000793.pdf application/pdf 2000000
    202701000000793.xml.zip application/zip 3059
    ");
    let packed = sized(&case(&[]), Language::Nl, (2_000_000, 3_000_001)).unwrap();
    assert!(packed.read().contains("zip-bestand"), "{}", packed.read());
}

#[test]
fn a_message_of_more_than_ten_megabytes_is_not_sent() {
    let sized = |pdf| sized(&case(&[]), Language::Nl, (pdf, 1000)).err();
    assert_eq!(sized(7_200_000), None);
    assert_eq!(sized(7_400_000), Some(MailError::TooLarge));
}

#[test]
fn the_same_document_is_the_same_message_and_all_of_it_is_ascii() {
    let raw = || sent(&case(&[]), Language::Nl).mail.raw;
    assert_eq!(raw(), raw());
    assert!(raw().is_ascii());
    assert!(raw().split(|byte| *byte == b'\n').all(|line| line.len() <= 998));
}

#[test]
fn whatever_a_utility_is_called_stays_text() {
    for hostile in HOSTILE {
        let mut case = case(&[DEBIT]);
        (*hostile).clone_into(&mut case.seller.name);
        case.buyer.mandate = Some((*hostile).to_owned());
        let sent = sent(&case, Language::Nl);
        let parsed = sent.parsed();
        assert_eq!(parsed.attachments().count(), 2, "{hostile}");
        assert_eq!(parsed.headers().iter().filter(|header| header.name() == "Bcc").count(), 0);
    }
}
