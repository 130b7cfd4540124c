//! Every page that there is, made of the same few things.
//!
//! It names what it needs by its full path: `tests/pages.rs` leaves the same pages to a browser.

use std::sync::LazyLock;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;

use domain::address::{Address, Postcode};
use domain::connection::ConnectionNumber;
use domain::delegation::{AskedFrom, Delegation, DelegationNumber, DelegationState, mailbox};
use domain::id::{CampaignNumber, Revision};
use domain::language::Language;
use domain::meter::{Direction, MeterNumber, Register, TariffBand};
use domain::quantity::{Commodity, Unit};

use crate::House;
use crate::brand::Brand;
use crate::page::{
    self, Ask, AskMistake, AskRoom, Asked, AskedColleague, AskedMeter, AskedRegister, Broken,
    Cannot, CannotMeter, Chosen, Doubt, Ended, Face, Finding, Frame, Kept, Likely, ListedAddress,
    Next, Origin, Overview, OverviewAddress, Page, Previous, Progress, ReadOn, Receipt, Received,
    ReceivedMeter, ReceivedRegister, Refusal, Reported, RollOver, Stage, Tendency, Validity, Via,
};
use crate::utility::Utility;

pub(super) const PATH: &str = "/m/_BE_BLiOkK54AiBbCwXNXwEjRWeJq83vB-oAAQcR";
pub(super) const RECEIPT: &str = "/m/_BE_BLiOkK54AiBbCwXNXwEjRWeJq83vB-oAAQcR/r-2026-WVQG8-REB7W-R";
pub(super) const CANNOT: &str = "/m/_BE_BLiOkK54AiBbCwXNXwEjRWeJq83vB-oAAQcR/cannot";

pub(super) const ASK: &str = "/m/_BE_BLiOkK54AiBbCwXNXwEjRWeJq83vB-oAAQcR/ask";

/// The house style of the repository.
pub(crate) fn house() -> House {
    HOUSE.clone()
}

static HOUSE: LazyLock<House> = LazyLock::new(|| {
    let utility = include_str!("../../../../../infra/config/utility.toml");
    let brand = include_str!("../../../../../infra/config/brand.toml");
    let logo = include_bytes!("../../../../../infra/config/logo.svg");
    House::new(
        Utility::parse("utility.toml", utility).unwrap(),
        Brand::parse("brand.toml", brand, |_| Some(logo.into())).unwrap(),
    )
});

pub(super) fn frame(house: &House, language: Language) -> Frame<'_> {
    Frame { house, path: PATH, language, usual_language: Language::Nl }
}

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(super) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub(super) fn number(value: &str) -> Decimal {
    value.parse().unwrap()
}

/// What a link leads to: owned, so that models can borrow from it.
pub(super) struct Link {
    pub(super) address: Address,
    pub(super) meters: Vec<(MeterNumber, Commodity, Vec<Register>)>,
}

impl Link {
    /// One water meter with five wheels.
    pub(super) fn water() -> Self {
        let register = Register::wheels("1", Unit::CubicMetre, 5).unwrap();
        Self::with(vec![("12345678", Commodity::Water, vec![register])])
    }

    /// A water meter, and an electricity meter with two registers.
    pub(super) fn several() -> Self {
        let water = Register::wheels("1", Unit::CubicMetre, 5).unwrap();
        let power = |name, band, direction| Register {
            band,
            direction,
            ..Register::wheels(name, Unit::KilowattHour, 6).unwrap()
        };
        Self::with(vec![
            ("12345678", Commodity::Water, vec![water]),
            (
                "E0047 0001",
                Commodity::Electricity,
                vec![
                    power("1.8.1", TariffBand::Low, Direction::Consumption),
                    power("1.8.2", TariffBand::High, Direction::Consumption),
                ],
            ),
        ])
    }

    /// A heat meter with a display of five digits and three decimals.
    pub(super) fn heat() -> Self {
        let register =
            Register { decimals: 3, ..Register::wheels("1", Unit::Gigajoule, 5).unwrap() };
        Self::with(vec![("WM-7/001", Commodity::Heat, vec![register])])
    }

    fn with(meters: Vec<(&str, Commodity, Vec<Register>)>) -> Self {
        let address = Address {
            street: "Dorpsstraat".to_owned(),
            house_number: 5,
            house_letter: None,
            addition: None,
            postcode: Postcode::parse("1234 AB").unwrap(),
            city: "Voorbeelddorp".to_owned(),
            country: "NL".to_owned(),
        };
        let meters = meters
            .into_iter()
            .map(|(number, commodity, registers)| {
                (MeterNumber::parse(number).unwrap(), commodity, registers)
            })
            .collect();
        Self { address, meters }
    }

    /// The question for it: nothing received, nothing typed.
    pub(super) fn asked(&self) -> Asked<'_> {
        let register = |register| AskedRegister {
            register,
            face: if register.decimals > 0 { Face::Display } else { Face::Wheels { red: 3 } },
            previous: Some(Previous {
                on: day("2025-12-03"),
                value: 1206.into(),
                origin: Origin::Read,
            }),
            typed: "",
            finding: None,
            likely: None,
        };
        let meters = self
            .meters
            .iter()
            .map(|(number, commodity, registers)| AskedMeter {
                number,
                commodity: *commodity,
                revision: Revision::default(),
                exchanged_on: None,
                received: None,
                registers: registers.iter().map(register).collect(),
            })
            .collect();
        Asked {
            address: &self.address,
            meters,
            reference_date: day("2026-12-31"),
            deadline: day("2026-12-24"),
            readable_from: day("2026-11-12"),
            stage: Stage::InTime,
            read_on: ReadOn::default(),
            obstacle: Reported::Nothing,
            cannot: Some(CANNOT),
            ask: Some(ASK),
            list: None,
        }
    }

    /// The question with `typed` in every field, and `finding` about the first.
    pub(super) fn typed<'a>(&'a self, typed: &'a str, finding: Finding) -> Asked<'a> {
        let mut asked = self.asked();
        for register in asked.meters.iter_mut().flat_map(|meter| &mut meter.registers) {
            register.typed = typed;
        }
        asked.meters[0].registers[0].finding = Some(finding);
        asked
    }

    /// The question whether `typed` is right, with the likely mistake behind it.
    pub(super) fn mistaken<'a>(
        &'a self,
        typed: &'a str,
        doubt: Doubt,
        likely: Likely,
    ) -> Asked<'a> {
        let mut asked = self.typed(typed, Finding::Doubtful(doubt));
        asked.meters[0].registers[0].likely = Some(likely);
        asked
    }

    pub(super) fn receipt(&self) -> Receipt<'_> {
        let register =
            |register| ReceivedRegister { register, value: number("1302"), kept: Kept::Whole };
        let meters = self
            .meters
            .iter()
            .map(|(number, commodity, registers)| ReceivedMeter {
                number,
                new_number: None,
                commodity: *commodity,
                registers: registers.iter().map(register).collect(),
            })
            .collect();
        Receipt {
            number: "2026-WVQG8-REB7W-R",
            address: &self.address,
            received_at: at("2026-12-03T13:03:00Z"),
            read_on: day("2026-12-03"),
            via: Via::Customer,
            meters,
            replaces: None,
            next: Next::Change(PATH),
            list: None,
        }
    }

    pub(super) fn cannot(&self) -> Cannot<'_> {
        let meters = self
            .meters
            .iter()
            .map(|(number, commodity, _)| CannotMeter { number, commodity: *commodity })
            .collect();
        Cannot { address: &self.address, meters, back: PATH }
    }

    pub(super) fn ask<'a>(&'a self, room: AskRoom, asked: &'a [Delegation]) -> Ask<'a> {
        let asked = asked.iter().map(AskedColleague::from).collect();
        let (address, back) = (&self.address, PATH);
        Ask { address, asked, room, typed: "", mistake: None, back, overview: None }
    }

    /// The overview with this address and another one.
    pub(super) fn overview<'a>(&'a self, room: AskRoom, asked: &'a [Delegation]) -> Overview<'a> {
        let asked = asked.iter().map(AskedColleague::from).collect();
        let address =
            |place| OverviewAddress { place, address: &self.address, choice: Chosen::Yes };
        let addresses = vec![address(1), address(3)];
        Overview { addresses, asked, room, typed: "jan@gemeente", mistake: None }
    }
}

/// A colleague in every state.
pub(super) fn delegations() -> Vec<Delegation> {
    (1..)
        .zip(DelegationState::ALL)
        .map(|(number, state)| Delegation {
            number: DelegationNumber::new(number).unwrap(),
            campaign: CampaignNumber::new(2026).unwrap(),
            asked_from: AskedFrom::Link,
            connections: vec![ConnectionNumber::parse("A-1").unwrap()],
            recipient: mailbox(&format!("jan{number}@gemeente.example")).unwrap(),
            language: Language::Nl,
            asked_at: at("2026-12-03T13:03:00Z"),
            state,
        })
        .collect()
}

pub(super) fn unusual() -> Doubt {
    Doubt::Unusual {
        tendency: Tendency::High,
        used: 812.into(),
        since: day("2025-12-03"),
        year_before: Some(96.into()),
        usual: Some(101.into()),
        without_red: None,
    }
}

/// Every doubt with a likely mistake behind it.
pub(super) fn mistakes() -> Vec<(&'static str, Doubt, Likely)> {
    let meant = Likely::Value(1302.into());
    let other = Likely::OtherMeter(MeterNumber::parse("E0047 0001").unwrap());
    let mut red = doubts();
    red.retain(|(name, _)| *name == "red");
    let mut mistakes = vec![
        ("meant-high", unusual(), meant.clone()),
        ("meant-impossible", Doubt::Impossible { used: 27_110.into() }, meant.clone()),
        ("meant-equal", Doubt::Equal, meant.clone()),
        ("meant-below", Doubt::Below { roll_over: RollOver::Offered }, meant.clone()),
        ("other-meter", unusual(), other),
    ];
    mistakes.extend(red.into_iter().map(|(_, doubt)| ("meant-red", doubt, meant.clone())));
    mistakes
}

/// Every doubt.
pub(super) fn doubts() -> Vec<(&'static str, Doubt)> {
    let unusual = |tendency, year_before, without_red| Doubt::Unusual {
        tendency,
        used: number("120612"),
        since: day("2025-12-03"),
        year_before,
        usual: Some(101.into()),
        without_red,
    };
    vec![
        ("high", self::unusual()),
        ("low", unusual(Tendency::Low, None, None)),
        ("high-first", unusual(Tendency::High, None, None)),
        ("red", unusual(Tendency::High, Some(96.into()), Some(1302.into()))),
        ("impossible", Doubt::Impossible { used: 27_110.into() }),
        ("equal", Doubt::Equal),
        ("below-estimate", Doubt::BelowEstimate),
        ("below", Doubt::Below { roll_over: RollOver::Impossible }),
        ("rolled", Doubt::Below { roll_over: RollOver::Offered }),
        ("conflict", Doubt::Conflict { at: at("2026-12-03T13:03:00Z"), value: 1302.into() }),
    ]
}

/// Every refusal of a value.
pub(super) fn refusals() -> Vec<(&'static str, &'static str, Refusal)> {
    let many = |entered, without_red| Refusal::TooManyDigits { entered, without_red };
    vec![
        ("empty", "", Refusal::Empty),
        ("digits", "abc", Refusal::NotDigits),
        ("dot", "1.234", Refusal::Ambiguous),
        ("many", "123456", many(6, None)),
        ("many-red", "01234567", many(8, Some(1234.into()))),
        ("choose", "02018", Refusal::NotChosen(unusual())),
        ("new-meter", "00012", Refusal::NewMeter(Doubt::Below { roll_over: RollOver::Impossible })),
    ]
}

/// Every page, by name.
pub(super) fn all(language: Language) -> Vec<(String, Page)> {
    let house = house();
    let frame = frame(&house, language);
    let mut pages = Vec::new();
    for (name, link) in
        [("water", Link::water()), ("several", Link::several()), ("heat", Link::heat())]
    {
        about(&frame, name, &link, &mut pages);
    }
    let mut add = |name: &str, page| pages.push((name.to_owned(), page));
    add("not-open-yet", page::not_open_yet(&frame, day("2026-11-26")));
    add("closed", page::closed(&frame));
    add("correcting", page::correcting(&frame));
    add("ended", page::ended(&frame, Ended::Supply { since: day("2026-10-12") }));
    add("withdrawn", page::ended(&frame, Ended::Withdrawn));
    let typed = [("rev0", "0"), ("r0-1", "01302"), ("day", ""), ("month", ""), ("year", "")];
    add("not-open-yet-refused", page::not_open_yet_refused(&frame, day("2026-11-26"), &typed));
    add("correcting-refused", page::correcting_refused(&frame, &typed));
    add("too-many", page::too_many(&frame, &typed));
    add("try-later", page::try_later(&frame, &typed));
    add("try-later-get", page::try_later(&frame, &[]));
    add("not-found", page::not_found(&house));
    for broken in Broken::ALL {
        let name = format!("broken-{}", broken.status());
        add(&name, page::broken(&house, language, broken));
    }
    pages
}

/// Every page about the address of `link`.
fn about(frame: &Frame<'_>, link_name: &str, link: &Link, pages: &mut Vec<(String, Page)>) {
    let mut add = |name: &str, page| pages.push((format!("{link_name}-{name}"), page));
    add("question", page::question(frame, &link.asked()));
    let mut asked = link.asked();
    for meter in &mut asked.meters {
        meter.received = Some(Received {
            at: at("2026-12-03T13:03:00Z"),
            values: meter.registers.iter().map(|_| 1302.into()).collect(),
            receipt: Some(RECEIPT),
        });
    }
    add("received", page::question(frame, &asked));
    asked.stage = Stage::Late;
    add("received-late", page::question(frame, &asked));
    let mut asked = link.asked();
    asked.stage = Stage::Late;
    asked.obstacle = Reported::Obstacle;
    add("late-obstacle", page::question(frame, &asked));
    let mut asked = link.asked();
    asked.stage = Stage::Invoiced;
    add("invoiced-question", page::question(frame, &asked));
    let origins = [Some(Origin::Estimated), Some(Origin::Installed), None];
    for (position, origin) in origins.into_iter().enumerate() {
        let mut asked = link.asked();
        for meter in &mut asked.meters {
            meter.exchanged_on = (origin == Some(Origin::Installed)).then(|| day("2026-05-06"));
            for register in &mut meter.registers {
                register.previous = origin.map(|origin| Previous {
                    on: day("2026-05-06"),
                    value: 0.into(),
                    origin,
                });
            }
        }
        add(&format!("previous-{position}"), page::question(frame, &asked));
    }
    for (name, typed, refusal) in refusals() {
        let asked = link.typed(typed, Finding::Refused(refusal));
        add(&format!("refused-{name}"), page::refused(frame, &asked));
    }
    let mut asked = link.asked();
    asked.meters[0].registers[0].typed = "01302";
    asked.read_on = ReadOn { day: "31", month: "2", year: "2026", validity: Validity::Refused };
    add("refused-date", page::refused(frame, &asked));
    for (name, doubt) in doubts() {
        let asked = link.typed("02018", Finding::Doubtful(doubt.clone()));
        let page = match doubt {
            Doubt::Conflict { .. } => page::conflict(frame, &asked),
            Doubt::Unusual { .. }
            | Doubt::Impossible { .. }
            | Doubt::Equal
            | Doubt::BelowEstimate
            | Doubt::Below { .. } => page::doubtful(frame, &asked),
        };
        add(&format!("doubt-{name}"), page);
    }
    for (name, doubt, likely) in mistakes() {
        add(
            &format!("doubt-{name}"),
            page::doubtful(frame, &link.mistaken("02018", doubt, likely)),
        );
    }
    let mut asked = link.typed("02018", Finding::Doubtful(unusual()));
    add("change", page::change(frame, &asked));
    asked.stage = Stage::Invoiced;
    add("invoiced", page::invoiced(frame, &asked));
    add("receipt", page::receipt(frame, &link.receipt()));
    for (name, next) in [("invoiced", Next::Correct(PATH)), ("correcting", Next::NewInvoice)] {
        let receipt = Receipt { next, ..link.receipt() };
        add(&format!("receipt-{name}"), page::receipt(frame, &receipt));
    }
    let new_number = MeterNumber::parse("W-77").unwrap();
    let mut receipt = link.receipt();
    receipt.via = Via::Colleague;
    receipt.replaces = Some("2026-AAAAA-BBBBB-C");
    receipt.next = Next::Nothing;
    receipt.list = Some(PATH);
    receipt.meters[0].registers[0].kept = Kept::WithoutDecimals;
    receipt.meters[0].new_number = Some(&new_number);
    add("receipt-colleague", page::receipt(frame, &receipt));
    add("cannot", page::cannot(frame, &link.cannot()));
    add("cannot-refused", page::cannot_refused(frame, &link.cannot()));
    let delegations = delegations();
    for (name, room) in [
        ("free", AskRoom::Free),
        ("full", AskRoom::Full),
        ("spent", AskRoom::Spent),
        ("answered", AskRoom::Answered),
    ] {
        add(&format!("ask-{name}"), page::ask(frame, &link.ask(room, &delegations)));
    }
    let asked = Ask { overview: Some(at("2026-12-03T13:03:00Z")), ..link.ask(AskRoom::Free, &[]) };
    add("ask-overview-sent", page::ask(frame, &asked));
    for (name, room) in
        [("free", AskRoom::Free), ("full", AskRoom::Full), ("answered", AskRoom::Answered)]
    {
        add(&format!("overview-{name}"), page::overview(frame, &link.overview(room, &delegations)));
    }
    for (name, mistake) in [
        ("mailbox", AskMistake::Mailbox),
        ("address", AskMistake::NoAddress),
        ("ticked", AskMistake::NothingTicked),
        ("no-room", AskMistake::NoRoom),
    ] {
        let asked =
            Overview { mistake: Some(mistake), ..link.overview(AskRoom::Free, &delegations) };
        add(&format!("overview-refused-{name}"), page::overview_refused(frame, &asked));
    }
    let listed = |path: &str, progress| ListedAddress {
        path: path.to_owned(),
        address: &link.address,
        progress,
    };
    let addresses = [listed("/m/T/a1", Progress::Missing), listed("/m/T/a2", Progress::Received)];
    add("list", page::list(frame, &addresses));
    add("ask-first", page::ask(frame, &link.ask(AskRoom::Free, &[])));
    for (name, typed, room, mistake) in [
        ("mailbox", "jan@gemeente", AskRoom::Free, AskMistake::Mailbox),
        ("ticked", "", AskRoom::Full, AskMistake::NothingTicked),
        ("no-room", "jan@gemeente.example", AskRoom::Full, AskMistake::NoRoom),
        ("overview", "", AskRoom::Free, AskMistake::NoOverview),
        ("recipient", "", AskRoom::Free, AskMistake::NoRecipient),
    ] {
        let asked = Ask { typed, mistake: Some(mistake), ..link.ask(room, &delegations) };
        add(&format!("ask-refused-{name}"), page::ask_refused(frame, &asked));
    }
}
