use insta::assert_snapshot;
use mail_parser::{HeaderName, Message, MessageParser};
use proptest::prelude::*;

use domain::account::CustomerNumber;
use domain::address::Postcode;
use domain::estimate::sentence::{Sentence as Told, Years};
use domain::meter::{MeterNumber, Register};
use domain::quantity::{Commodity, Unit};

use crate::page::printable;
use crate::page::tests::HOSTILE;
use crate::page::tests::gallery::house;
use crate::page::tests::markup::{check_nesting, read, skeleton};

use super::*;

const HOST: &str = "stand.voorbeeldwater.n"; // 22 characters, the longest in production

/// An address, its meters, its link.
type Place = (Address, Vec<(MeterNumber, Commodity)>, String);

/// The addresses of an account, owned so that mails can borrow from them.
struct Account {
    customer: CustomerNumber,
    to: Vec<MailAddress>,
    addresses: Vec<Place>,
}

impl Account {
    /// `count` addresses with a water meter each, on a host of 22 characters.
    fn with(count: u32) -> Self {
        let addresses = (1..=count).map(|number| {
            let address = Address {
                street: "Dorpsstraat".to_owned(),
                house_number: number,
                house_letter: None,
                addition: None,
                postcode: Postcode::parse("1234 AB").unwrap(),
                city: "Voorbeelddorp".to_owned(),
                country: "NL".to_owned(),
            };
            let meter = MeterNumber::parse(&format!("{}", 12_345_600 + number)).unwrap();
            (address, vec![(meter, Commodity::Water)], url(HOST, number))
        });
        Self {
            customer: CustomerNumber::parse("K10001").unwrap(),
            to: vec![MailAddress::parse("vve@voorbeeld.nl").unwrap()],
            addresses: addresses.collect(),
        }
    }

    fn mail(&self, language: Language, occasion: Occasion) -> CampaignMail<'_> {
        let blocks = self.addresses.iter().map(|(address, meters, url)| Block {
            address,
            meters: meters
                .iter()
                .map(|(number, commodity)| BlockMeter { number, commodity: *commodity })
                .collect(),
            url,
            asked_colleague_on: None,
        });
        CampaignMail {
            envelope: Envelope {
                send_id: "8c46fa98f8de0b4f445ea98066622071",
                at: "2026-11-26T08:00:00Z".parse().unwrap(),
                to: self.to.iter().collect(),
                language,
                host: HOST,
            },
            occasion,
            customer: &self.customer,
            deadline: "2026-12-24".parse().unwrap(),
            blocks: blocks.collect(),
            part: PartOf::WHOLE,
        }
    }
}

/// A link as long as a real one.
fn url(host: &str, number: u32) -> String {
    format!("https://{host}/m/{number:0>38}cR")
}

const OCCASIONS: [Occasion; 4] =
    [Occasion::Call, Occasion::First, Occasion::Between { days_left: 14 }, Occasion::Last];

fn parsed(mail: &Mail) -> Message<'_> {
    MessageParser::default().parse(&mail.raw).unwrap()
}

/// The encoded HTML part, as it is sent.
fn encoded_html(mail: &Mail) -> usize {
    quoted::encode(&mail.html).len()
}

#[test]
fn the_call_says_what_by_when_and_how() {
    let account = Account::with(1);
    let call = |language| campaign(&house(), &account.mail(language, Occasion::Call)).unwrap().text;
    assert_snapshot!(call(Language::Nl), @"
    Voorbeeld Water

    Beste klant,

    Wij vragen u één keer per jaar om uw meterstand. Wij hebben hem nodig uiterlijk donderdag 24 december 2026. U hoeft niet in te loggen: elke link hoort bij één adres.

    Vul alleen de cijfers vóór de komma in (zwart). Laat rode cijfers weg.

    Geeft een ander de stand door? Stuur deze e-mail door en laat alleen de adressen staan die voor hem of haar zijn.

    ----------------------------------------
    Dorpsstraat 1, 1234 AB Voorbeelddorp
    Watermeter 12345601
    Meterstand doorgeven voor Dorpsstraat 1:
    https://stand.voorbeeldwater.n/m/00000000000000000000000000000000000001cR
    ----------------------------------------
    Alle standen uiterlijk donderdag 24 december 2026. Al doorgegeven na 09.00 uur? Dan kruiste dit bericht uw stand.

    Vragen? Bel 0800 1234567 (ma-vr 8.00-18.00) of mail klantenservice@voorbeeldwater.nl.
    Klantnummer K10001

    Twijfelt u of deze e-mail van ons is? De link begint altijd met https://stand.voorbeeldwater.n/m/. Wij vragen nooit om uw bankgegevens.
    ");
    assert_snapshot!(call(Language::En), @"
    Voorbeeld Water

    Dear customer,

    Once a year we ask for your meter reading. We need it by Thursday 24 December 2026 at the latest. No login: each link belongs to one address.

    Enter only the digits before the comma (black). Leave out red digits.

    Someone else will do it? Forward this e-mail and leave only the addresses meant for them.

    ----------------------------------------
    Dorpsstraat 1, 1234 AB Voorbeelddorp
    Water meter 12345601
    Submit the meter reading for Dorpsstraat 1:
    https://stand.voorbeeldwater.n/m/00000000000000000000000000000000000001cR
    ----------------------------------------
    All readings by Thursday 24 December 2026. Submitted after 09:00? Then this message crossed your reading.

    Questions? Call 0800 1234567 (ma-vr 8.00-18.00) or mail klantenservice@voorbeeldwater.nl.
    Customer number K10001

    Not sure it is us? The link always starts with https://stand.voorbeeldwater.n/m/. We never ask for bank details.
    ");
}

#[test]
fn the_html_says_the_same() {
    let account = Account::with(2);
    let mut mail = account.mail(Language::Nl, Occasion::Between { days_left: 14 });
    mail.blocks[1].asked_colleague_on = Some("2026-12-03".parse().unwrap());
    assert_snapshot!(read(&campaign(&house(), &mail).unwrap().html), @"
    Uiterlijk donderdag 24 december 2026. Inloggen is niet nodig.
    Voorbeeld Water
    Beste klant,
    Van deze adressen ontvingen wij nog geen meterstand. Doorgeven kan tot en met donderdag 24 december 2026.
    Lukt aflezen niet? Open de link en kies 'Ik kan de meter niet aflezen'.
    Vul alleen de cijfers vóór de komma in (zwart). Laat rode cijfers weg.
    Geeft een ander de stand door? Stuur deze e-mail door en laat alleen de adressen staan die voor hem of haar zijn.
    Dorpsstraat 1, 1234 AB Voorbeelddorp
    Watermeter 12345601
    Meterstand doorgeven voor Dorpsstraat 1 <https://stand.voorbeeldwater.n/m/00000000000000000000000000000000000001cR>
    https://stand.voorbeeldwater.n/m/00000000000000000000000000000000000001cR
    Dorpsstraat 2, 1234 AB Voorbeelddorp
    Watermeter 12345602
    gevraagd aan een collega op 3 december
    Meterstand doorgeven voor Dorpsstraat 2 <https://stand.voorbeeldwater.n/m/00000000000000000000000000000000000002cR>
    https://stand.voorbeeldwater.n/m/00000000000000000000000000000000000002cR
    Alle standen uiterlijk donderdag 24 december 2026. Al doorgegeven na 09.00 uur? Dan kruiste dit bericht uw stand.
    Vragen? Bel 0800 1234567 (ma-vr 8.00-18.00) of mail klantenservice@voorbeeldwater.nl.
    Klantnummer K10001
    Twijfelt u of deze e-mail van ons is? De link begint altijd met https://stand.voorbeeldwater.n/m/. Wij vragen nooit om uw bankgegevens.
    ");
}

#[test]
fn every_occasion_has_its_subject() {
    let subject = |language, count, occasion| {
        let account = Account::with(count);
        campaign(&house(), &account.mail(language, occasion)).unwrap().subject
    };
    let mut subjects = Vec::new();
    for language in [Language::Nl, Language::En] {
        for occasion in OCCASIONS {
            for count in [1, 12] {
                let subject = subject(language, count, occasion);
                subjects.push(format!("{:2} {subject}", subject.chars().count()));
            }
        }
        subjects.push(subject(language, 1, Occasion::Between { days_left: 1 }));
    }
    assert_snapshot!(subjects.join("\n"), @"
    56 Geef uw watermeterstand door, uiterlijk 24 december 2026
    61 Geef uw 12 watermeterstanden door, uiterlijk 24 december 2026
    40 Herinnering: uw meterstand ontbreekt nog
    42 Herinnering: 12 meterstanden ontbreken nog
    31 Nog 14 dagen voor uw meterstand
    36 Nog 14 dagen voor uw 12 meterstanden
    63 Laatste herinnering: zonder meterstand schatten wij uw verbruik
    63 Laatste herinnering: zonder meterstand schatten wij uw verbruik
    Nog 1 dag voor uw meterstand
    58 Please submit your water meter reading by 24 December 2026
    62 Please submit your 12 water meter readings by 24 December 2026
    39 Reminder: 1 meter reading still missing
    41 Reminder: 12 meter readings still missing
    35 14 days left for your meter reading
    39 14 days left for your 12 meter readings
    53 Last reminder: without a reading we estimate your use
    53 Last reminder: without a reading we estimate your use
    1 day left for your meter reading
    ");
}

#[test]
fn a_mail_about_several_products_speaks_of_meters() {
    let mut account = Account::with(2);
    account.addresses[1].1[0].1 = Commodity::Heat;
    let mail = campaign(&house(), &account.mail(Language::Nl, Occasion::Call)).unwrap();
    assert_snapshot!(mail.subject, @"Geef uw 2 meterstanden door, uiterlijk 24 december 2026");
}

#[test]
fn the_only_reminder_is_the_last() {
    let of = |number, of| Occasion::reminder(number, of, 7);
    assert_eq!(of(1, 1), Occasion::Last);
    let three = [of(1, 3), of(2, 3), of(3, 3)];
    assert_eq!(three, [Occasion::First, Occasion::Between { days_left: 7 }, Occasion::Last]);
}

#[test]
fn the_head_of_a_mail_holds_no_clock() {
    let account = Account::with(1);
    let mail = campaign(&house(), &account.mail(Language::Nl, Occasion::Call)).unwrap();
    let raw = String::from_utf8(mail.raw.clone()).unwrap();
    let (head, _) = raw.split_once("\r\n\r\n").unwrap();
    assert_snapshot!(head.replace('\r', ""), @r#"
    From: "Voorbeeld Water" <stand@voorbeeldwater.nl>
    Reply-To: <klantenservice@voorbeeldwater.nl>
    To: <vve@voorbeeld.nl>
    Subject: Geef uw watermeterstand door, uiterlijk 24 december 2026
    Date: Thu, 26 Nov 2026 08:00:00 +0000
    Message-ID: <8c46fa98f8de0b4f445ea98066622071@voorbeeldwater.nl>
    Auto-Submitted: auto-generated
    X-Auto-Response-Suppress: All
    Content-Language: nl
    MIME-Version: 1.0
    Content-Type: multipart/alternative;
     boundary="=_8c46fa98f8de0b4f445ea98066622071"
    "#);
    assert_eq!(mail, campaign(&house(), &account.mail(Language::Nl, Occasion::Call)).unwrap());
}

#[test]
fn a_mail_is_read_back_as_it_was_written() {
    for count in [1, 2, 26] {
        let account = Account::with(count);
        for (language, occasion) in
            [Language::Nl, Language::En].into_iter().flat_map(|l| OCCASIONS.map(|o| (l, o)))
        {
            let mail = campaign(&house(), &account.mail(language, occasion)).unwrap();
            check_nesting(&mail.html);
            let message = parsed(&mail);
            assert_eq!(message.subject(), Some(mail.subject.as_str()));
            assert_eq!(message.body_text(0).unwrap().replace("\r\n", "\n"), mail.text);
            assert_eq!(message.body_html(0).unwrap().replace("\r\n", "\n"), mail.html);
            assert_eq!((message.text_body_count(), message.attachment_count()), (1, 0));
            let from = message.from().unwrap().first().unwrap();
            assert_eq!(from.name(), Some("Voorbeeld Water"));
            assert_eq!(from.address(), Some("stand@voorbeeldwater.nl"));
            assert_eq!(message.header_raw(HeaderName::ListUnsubscribe), None);
        }
    }
}

#[test]
fn no_link_is_broken_over_two_lines() {
    for (host, count) in
        [(HOST, 1), (HOST, 25), (HOST, 26), (HOST, 200), ("a234567890123456789012345", 3)]
    {
        let mut account = Account::with(count);
        for (number, (_, _, link)) in (1..).zip(&mut account.addresses) {
            *link = url(host, number);
        }
        let mail = campaign(&house(), &account.mail(Language::Nl, Occasion::Call)).unwrap();
        let raw = String::from_utf8(mail.raw.clone()).unwrap();
        assert!(raw.split("\r\n").all(|line| line.len() <= 78), "{host}");
        for (_, _, link) in &account.addresses {
            let whole = raw.split("\r\n").filter(|line| line.contains(link.as_str())).count();
            let shown = 3;
            assert_eq!(whole, shown, "{link}");
        }
    }
}

#[test]
fn a_link_that_a_mail_program_could_break_is_refused() {
    let refused = |link: &str| {
        let mut account = Account::with(1);
        link.clone_into(&mut account.addresses[0].2);
        campaign(&house(), &account.mail(Language::Nl, Occasion::Call)).unwrap_err().to_string()
    };
    assert_snapshot!(refused(&url("a2345678901234567890123456", 1)), @"a link has 77 characters, 76 is the limit");
    for link in
        ["", "ftp://a/m/x", "https://", "https://a/m/x y", "https://a/\"><b>", "https://a/é"]
    {
        assert_eq!(refused(link), "a link is not made of the characters of a link", "{link}");
    }
}

#[test]
fn mails_are_small() {
    let sizes: Vec<_> = [1, 25, 26, 200]
        .map(|count| {
            let account = Account::with(count);
            let mail = campaign(&house(), &account.mail(Language::Nl, Occasion::Call)).unwrap();
            (count, mail.raw.len(), encoded_html(&mail), quoted::encode(&mail.text).len())
        })
        .into();
    let [one, full, _, short] = sizes.as_slice() else { panic!() };
    assert!(one.1 <= 5_000, "{one:?}");
    assert!(full.2 <= 27_000, "{full:?}");
    assert!(short.2 <= 80_000 && short.3 <= 60_000, "{short:?}");
    let account = Account::with(2);
    let per_block = |form| {
        let mail = account.mail(Language::Nl, Occasion::Call);
        let block = block::render(&house(), Language::Nl, &mail.blocks[0]).unwrap();
        quoted::encode(block.html(form)).len()
    };
    assert!(per_block(block::Form::Full) <= 900, "{}", per_block(block::Form::Full));
    assert!(per_block(block::Form::Short) <= 380, "{}", per_block(block::Form::Short));
}

#[test]
fn many_addresses_become_several_mails() {
    let house = house();
    let lengths = |count| {
        let account = Account::with(count);
        let ranges = divide(&house, &account.mail(Language::Nl, Occasion::Call)).unwrap();
        ranges.into_iter().map(|range| range.len()).collect::<Vec<_>>()
    };
    assert_eq!(lengths(0), Vec::<usize>::new());
    assert_eq!(lengths(1), [1]);
    assert_eq!(lengths(200), [200]);
    assert_eq!(lengths(201), [200, 1]);
    assert_eq!(lengths(450), [200, 200, 50]);
}

#[test]
fn a_part_says_which_it_is() {
    let account = Account::with(3);
    let mut mail = account.mail(Language::Nl, Occasion::Call);
    mail.part = PartOf { number: 2, of: 3 };
    let mail = campaign(&house(), &mail).unwrap();
    assert_snapshot!(mail.subject, @"Geef uw 3 watermeterstanden door, uiterlijk 24 december 2026 (deel 2 van 3)");
    assert!(mail.text.contains("Dit is deel 2 van 3."));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]
    #[test]
    fn every_address_is_in_one_part_that_fits(
        streets in prop::collection::vec("[a-zé水=]{3,200}", 1..80),
    ) {
        let mut house = house();
        house.utility.mail.max_html_kb = 20;
        let mut account = Account::with(u32::try_from(streets.len()).unwrap());
        for ((address, _, _), street) in account.addresses.iter_mut().zip(&streets) {
            street.clone_into(&mut address.street);
        }
        let mail = account.mail(Language::Nl, Occasion::Call);
        let ranges = divide(&house, &mail).unwrap();
        prop_assert_eq!(ranges.iter().cloned().flatten().collect::<Vec<_>>(),
            (0..streets.len()).collect::<Vec<_>>());
        for (number, range) in (1..).zip(&ranges) {
            let part = CampaignMail {
                blocks: mail.blocks[range.clone()].to_vec(),
                part: PartOf { number, of: ranges.len() },
                ..mail.clone()
            };
            let rendered = campaign(&house, &part).unwrap();
            prop_assert!(encoded_html(&rendered) <= 20_000 || range.len() == 1);
        }
    }
}

#[test]
fn a_mail_with_deleted_blocks_still_says_everything() {
    let account = Account::with(4);
    let mail = campaign(&house(), &account.mail(Language::Nl, Occasion::First)).unwrap();
    let dashes = "-".repeat(40);
    let blocks: Vec<_> = mail.text.split(&format!("{dashes}\n")).collect();
    let addresses: Vec<_> = blocks.iter().filter(|block| block.contains("Dorpsstraat")).collect();
    assert_eq!(addresses.len(), 4);
    for (block, (address, meters, url)) in addresses.iter().zip(&account.addresses) {
        let quoted = format!("> {}\n", block.trim_end().replace('\n', "\n> "));
        assert!(quoted.contains(&address.to_string()), "{quoted}");
        assert!(quoted.contains(meters[0].0.as_str()), "{quoted}");
        assert!(quoted.contains(&format!("Meterstand doorgeven voor {}:", address.line())));
        assert!(quoted.contains(&format!("> {url}\n")), "{quoted}");
        assert_eq!(quoted.matches("https://").count(), 1, "{quoted}");
    }
    let frame = mail.text.replace(addresses.iter().map(|b| **b).collect::<String>().as_str(), "");
    for fact in ["Voorbeeld Water", "donderdag 24 december 2026", "vóór de komma"] {
        assert!(frame.contains(fact), "{fact}");
    }
}

#[test]
fn hostile_text_stays_text() {
    let house = house();
    let benign = Account::with(2);
    let benign = campaign(&house, &benign.mail(Language::Nl, Occasion::Call)).unwrap();
    for hostile in HOSTILE {
        let mut account = Account::with(2);
        for (address, _, _) in &mut account.addresses {
            hostile.clone_into(&mut address.street);
            hostile.clone_into(&mut address.city);
            address.addition = Some(hostile.to_owned());
        }
        let mail = campaign(&house, &account.mail(Language::Nl, Occasion::Call)).unwrap();
        assert_eq!(skeleton(&mail.html), skeleton(&benign.html), "{hostile}");
        let message = parsed(&mail);
        assert_eq!(message.headers().len(), parsed(&benign).headers().len(), "{hostile}");
        let line = printable(&account.addresses[0].0.line());
        assert!(mail.text.contains(&line), "{hostile}");
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let html = words(&read(&mail.html)).join(" ");
        assert!(html.contains(&words(&line).join(" ")), "{hostile}");
    }
}

#[test]
fn addresses_are_in_the_order_of_a_walk() {
    let mut addresses: Vec<_> =
        Account::with(12).addresses.into_iter().map(|(address, _, _)| address).collect();
    addresses[4].city = "Aardorp".to_owned();
    addresses[6].house_letter = Some('a');
    addresses[6].house_number = 2;
    addresses.sort_by(by_place);
    let order: Vec<_> = addresses.iter().map(Address::line).collect();
    assert_snapshot!(order.join(", ").replace("Dorpsstraat ", ""), @"5, 1, 2, 2a, 3, 4, 6, 8, 9, 10, 11, 12");
}

#[test]
fn a_receipt_names_what_was_stored() {
    let account = Account::with(2);
    let register = Register::wheels("1", Unit::CubicMetre, 5).unwrap();
    let mail = |language, count| {
        let readings =
            account.addresses.iter().take(count).map(|(address, meters, _)| StoredReading {
                at: "2026-12-03T13:03:00Z".parse().unwrap(),
                address,
                meter: &meters[0].0,
                register: &register,
                value: 1302.into(),
                number: "2026-WVQG8-REB7W-R",
            });
        let mail = ReceiptMail {
            envelope: account.mail(language, Occasion::Call).envelope,
            customer: &account.customer,
            correct_until: "2026-12-24".parse().unwrap(),
            readings: readings.collect(),
        };
        let mail = receipt(&house(), &mail);
        check_nesting(&mail.html);
        let text = parsed(&mail).body_text(0).unwrap().replace("\r\n", "\n");
        format!("{}\n\n{}", mail.subject, text.replace('\u{a0}', "~"))
    };
    assert_snapshot!(mail(Language::Nl, 1), @"
    Meterstand ontvangen: Dorpsstraat 1

    Voorbeeld Water

    Beste klant,

    Wij ontvingen op 3 december 2026, 14.03 uur de stand 01302~m³ voor Dorpsstraat 1, 1234 AB Voorbeelddorp, meter 12345601. Nummer 2026-WVQG8-REB7W-R. Niet goed? Via dezelfde link past u hem aan tot en met donderdag 24 december 2026.




    Vragen? Bel 0800 1234567 (ma-vr 8.00-18.00) of mail klantenservice@voorbeeldwater.nl.
    Klantnummer K10001

    Twijfelt u of deze e-mail van ons is? De link begint altijd met https://stand.voorbeeldwater.n/m/. Wij vragen nooit om uw bankgegevens.
    ");
    assert_snapshot!(mail(Language::En, 2), @"
    2 meter readings received

    Voorbeeld Water

    Dear customer,

    On 3 December 2026, 14:03 we received 01302~m³ for Dorpsstraat 1, 1234 AB Voorbeelddorp, meter 12345601. Number 2026-WVQG8-REB7W-R. Wrong? Change it with the same link until Thursday 24 December 2026.

    On 3 December 2026, 14:03 we received 01302~m³ for Dorpsstraat 2, 1234 AB Voorbeelddorp, meter 12345602. Number 2026-WVQG8-REB7W-R. Wrong? Change it with the same link until Thursday 24 December 2026.




    Questions? Call 0800 1234567 (ma-vr 8.00-18.00) or mail klantenservice@voorbeeldwater.nl.
    Customer number K10001

    Not sure it is us? The link always starts with https://stand.voorbeeldwater.n/m/. We never ask for bank details.
    ");
}

#[test]
fn addresses_that_a_mail_to_a_colleague_has_no_room_for_are_behind_its_last_link() {
    let account = Account::with(250);
    let mail = |count: usize, language| {
        let campaign = account.mail(language, Occasion::Call);
        let mail = DelegationMail {
            list: "https://stand.voorbeeldwater.n/m/list",
            until: campaign.deadline,
            blocks: campaign.blocks.into_iter().take(count).collect(),
            envelope: campaign.envelope,
        };
        let mail = delegation(&house(), &mail).unwrap();
        check_nesting(&mail.html);
        mail
    };
    let places = |mail: &Mail| [&mail.text, &mail.html].map(|body| body.matches("/m/0").count());
    let whole = mail(200, Language::Nl);
    assert!(places(&whole)[0] == 200 && !whole.text.contains("/m/list"), "{:?}", places(&whole));
    let full = mail(250, Language::Nl);
    assert_snapshot!(full.subject, @"Voorbeeld Water: wilt u de meterstand doorgeven voor 250 adressen?");
    assert_eq!(places(&full)[0], 200);
    assert!(
        full.text.contains(
            "Nog 50 adressen staan op deze pagina:\nhttps://stand.voorbeeldwater.n/m/list\n"
        ),
        "{}",
        full.text
    );
    assert!(full.html.contains("\"https://stand.voorbeeldwater.n/m/list\"\n"), "{}", full.html);
    let one = mail(201, Language::En);
    assert!(one.text.contains("1 more address is on this page:"), "{}", one.text);
}

#[test]
fn a_colleague_is_asked_without_a_word_of_the_customer() {
    let account = Account::with(2);
    let mail = |language| {
        let campaign = account.mail(language, Occasion::Call);
        let mail = DelegationMail {
            list: campaign.blocks[0].url,
            until: campaign.deadline,
            blocks: campaign.blocks.into_iter().take(1).collect(),
            envelope: campaign.envelope,
        };
        let mail = delegation(&house(), &mail).unwrap();
        check_nesting(&mail.html);
        let raw = String::from_utf8(mail.raw.clone()).unwrap();
        assert!(!raw.contains(account.customer.as_str()), "{raw}");
        let text = parsed(&mail).body_text(0).unwrap().replace("\r\n", "\n");
        format!("{}\n\n{}", mail.subject, text.replace('\u{a0}', "~"))
    };
    assert_snapshot!(mail(Language::Nl), @"
    Voorbeeld Water: wilt u de meterstand doorgeven voor 1 adres?

    Voorbeeld Water

    Goedendag,

    De klant van Voorbeeld Water op dit adres vraagt u de meterstand door te geven. Deze link werkt tot en met donderdag 24 december 2026. Verwacht u dit niet? Dan hoeft u niets te doen.

    Vul alleen de cijfers vóór de komma in (zwart). Laat rode cijfers weg.

    ----------------------------------------
    Dorpsstraat 1, 1234 AB Voorbeelddorp
    Watermeter 12345601
    Meterstand doorgeven voor Dorpsstraat 1:
    https://stand.voorbeeldwater.n/m/00000000000000000000000000000000000001cR
    ----------------------------------------


    Vragen? Bel 0800 1234567 (ma-vr 8.00-18.00) of mail klantenservice@voorbeeldwater.nl.

    Twijfelt u of deze e-mail van ons is? De link begint altijd met https://stand.voorbeeldwater.n/m/. Wij vragen nooit om uw bankgegevens.
    ");
    assert_snapshot!(mail(Language::En), @"
    Voorbeeld Water: can you submit the reading for 1 address?

    Voorbeeld Water

    Hello,

    The Voorbeeld Water customer at this address asks you to submit the reading. The link works until Thursday 24 December 2026. Not expected? You need do nothing.

    Enter only the digits before the comma (black). Leave out red digits.

    ----------------------------------------
    Dorpsstraat 1, 1234 AB Voorbeelddorp
    Water meter 12345601
    Submit the meter reading for Dorpsstraat 1:
    https://stand.voorbeeldwater.n/m/00000000000000000000000000000000000001cR
    ----------------------------------------


    Questions? Call 0800 1234567 (ma-vr 8.00-18.00) or mail klantenservice@voorbeeldwater.nl.

    Not sure it is us? The link always starts with https://stand.voorbeeldwater.n/m/. We never ask for bank details.
    ");
}

/// What is told of an estimate from two years.
fn why() -> Vec<Told> {
    let years = [2024, 2025].map(|year| Years { first: year, last: year });
    vec![
        Told::Missing,
        Told::Result { used: 96.into(), low: 69.into(), high: 135.into() },
        Told::Own { years: years.to_vec() },
        Told::Correct,
    ]
}

#[test]
fn a_notice_of_many_addresses_is_not_clipped() {
    let account = Account::with(200);
    let register = Register::wheels("1", Unit::CubicMetre, 5).unwrap();
    let addresses = account.addresses.iter().map(|(address, _, url)| {
        let one = EstimatedRegister { register: &register, value: 1302.into(), told: why() };
        EstimatedAddress { address, registers: vec![one], url }
    });
    let mail = EstimatedMail {
        envelope: account.mail(Language::Nl, Occasion::Call).envelope,
        customer: &account.customer,
        reference_date: "2026-12-31".parse().unwrap(),
        invoice_on: "2027-01-04".parse().unwrap(),
        addresses: addresses.collect(),
    };
    let mail = estimated(&house(), &mail).unwrap();
    assert_eq!(mail.html.matches("Wij schatten uw verbruik op 96").count(), 200);
    assert_eq!(mail.html.matches("Wij hebben geen meterstand").count(), 0);
    // Gmail clips near 102 kB.
    assert!(encoded_html(&mail) <= 102_000, "{}", encoded_html(&mail));
    check_nesting(&mail.html);
}

#[test]
fn an_estimate_can_still_be_replaced() {
    let account = Account::with(2);
    let register = Register::wheels("1", Unit::CubicMetre, 5).unwrap();
    let registers = |count| {
        let told = |value: u32| EstimatedRegister {
            register: &register,
            value: value.into(),
            told: why(),
        };
        if count == 1 { vec![told(1302)] } else { vec![told(1302), told(20)] }
    };
    let mail = |language, count| {
        let addresses = account.addresses.iter().take(count).map(|(address, _, url)| {
            EstimatedAddress { address, registers: registers(count), url }
        });
        let mail = EstimatedMail {
            envelope: account.mail(language, Occasion::Call).envelope,
            customer: &account.customer,
            reference_date: "2026-12-31".parse().unwrap(),
            invoice_on: "2027-01-04".parse().unwrap(),
            addresses: addresses.collect(),
        };
        let mail = estimated(&house(), &mail).unwrap();
        check_nesting(&mail.html);
        let raw = String::from_utf8(mail.raw.clone()).unwrap();
        for (_, _, url) in account.addresses.iter().take(count) {
            assert_eq!(raw.split("\r\n").filter(|line| line.contains(url.as_str())).count(), 3);
        }
        let text = parsed(&mail).body_text(0).unwrap().replace("\r\n", "\n");
        format!("{}\n\n{}", mail.subject, text.replace('\u{a0}', "~"))
    };
    assert_snapshot!(mail(Language::Nl, 1), @"
    Wij hebben uw meterstand geschat: klopt het niet, geef hem dan nog door

    Voorbeeld Water

    Beste klant,

    Van 1 adres kwam geen stand. Wij schatten:

    Dorpsstraat 1, 1234 AB Voorbeelddorp: 01302~m³ op donderdag 31 december 2026
    Wij hebben geen meterstand van u ontvangen. Wij schatten uw verbruik op 96~m³ (waarschijnlijk tussen 69~m³ en 135~m³). Daarvoor keken wij naar uw eigen verbruik in 2024 en 2025; het laatste jaar telt het zwaarst. Klopt dit niet? Geef de stand alsnog door: dan rekenen wij opnieuw.
    Meterstand doorgeven voor Dorpsstraat 1:
    https://stand.voorbeeldwater.n/m/00000000000000000000000000000000000001cR

    Klopt dit niet, geef de echte stand door vóór wij op maandag 4 januari 2027 de rekening maken.



    Vragen? Bel 0800 1234567 (ma-vr 8.00-18.00) of mail klantenservice@voorbeeldwater.nl.
    Klantnummer K10001

    Twijfelt u of deze e-mail van ons is? De link begint altijd met https://stand.voorbeeldwater.n/m/. Wij vragen nooit om uw bankgegevens.
    ");
    assert_snapshot!(mail(Language::En, 2), @"
    We estimated your reading: correct it if it is wrong

    Voorbeeld Water

    Dear customer,

    No reading came for 2 addresses. We estimated:

    Dorpsstraat 1, 1234 AB Voorbeelddorp: 01302~m³ on Thursday 31 December 2026
    We did not receive a meter reading from you. We estimate that you used 96~m³ (probably between 69~m³ and 135~m³). We looked at your own use in 2024 and 2025; the latest year counts most.
    Dorpsstraat 1, 1234 AB Voorbeelddorp: 00020~m³ on Thursday 31 December 2026
    We estimate that you used 96~m³ (probably between 69~m³ and 135~m³). We looked at your own use in 2024 and 2025; the latest year counts most. Not right? Give the reading after all and we will calculate again.
    Submit the meter reading for Dorpsstraat 1:
    https://stand.voorbeeldwater.n/m/00000000000000000000000000000000000001cR

    Dorpsstraat 2, 1234 AB Voorbeelddorp: 01302~m³ on Thursday 31 December 2026
    We did not receive a meter reading from you. We estimate that you used 96~m³ (probably between 69~m³ and 135~m³). We looked at your own use in 2024 and 2025; the latest year counts most.
    Dorpsstraat 2, 1234 AB Voorbeelddorp: 00020~m³ on Thursday 31 December 2026
    We estimate that you used 96~m³ (probably between 69~m³ and 135~m³). We looked at your own use in 2024 and 2025; the latest year counts most. Not right? Give the reading after all and we will calculate again.
    Submit the meter reading for Dorpsstraat 2:
    https://stand.voorbeeldwater.n/m/00000000000000000000000000000000000002cR

    If wrong, submit the real one before we make the invoice on Monday 4 January 2027.



    Questions? Call 0800 1234567 (ma-vr 8.00-18.00) or mail klantenservice@voorbeeldwater.nl.
    Customer number K10001

    Not sure it is us? The link always starts with https://stand.voorbeeldwater.n/m/. We never ask for bank details.
    ");
}

#[test]
fn a_link_to_one_of_several_addresses_leads_to_their_list_where_it_would_break_its_line() {
    let list = format!("https://{HOST}/m/{}", "T".repeat(40));
    assert_eq!(link_to_place(&list, 9), format!("{list}/a9"));
    assert_eq!(link_to_place(&list, 10), list);
}
