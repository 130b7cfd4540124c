//! The files of a set and their columns: the contract with the old administration.

use serde::{Serialize, Serializer};

/// A file of the set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileKind {
    /// A row an account.
    Customers,
    /// A row a delivery address.
    Connections,
    /// A row a register.
    Meters,
    /// A row a reading.
    Readings,
    /// A row an advance that was asked.
    Advances,
    /// A row an old customer number; the only file that may be absent.
    CustomerNumbers,
}

impl FileKind {
    /// Every file, in the order of reports: what is referred to stands before what refers to it.
    pub const ALL: [Self; 6] = [
        Self::Customers,
        Self::Connections,
        Self::Meters,
        Self::Readings,
        Self::Advances,
        Self::CustomerNumbers,
    ];

    /// Its name without the extension.
    pub fn stem(self) -> &'static str {
        match self {
            Self::Customers => "customers",
            Self::Connections => "connections",
            Self::Meters => "meters",
            Self::Readings => "readings",
            Self::Advances => "advances",
            Self::CustomerNumbers => "customer_numbers",
        }
    }

    /// The file that is called `name`, whatever its extension.
    pub fn of(name: &str) -> Option<Self> {
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        Self::ALL.into_iter().find(|kind| kind.stem().eq_ignore_ascii_case(stem))
    }

    /// Whether a set without it is refused.
    pub fn is_required(self) -> bool {
        self != Self::CustomerNumbers
    }

    /// Its columns, in canonical order.
    pub(super) fn columns(self) -> &'static [Column] {
        match self {
            Self::Customers => CUSTOMERS,
            Self::Connections => CONNECTIONS,
            Self::Meters => METERS,
            Self::Readings => READINGS,
            Self::Advances => ADVANCES,
            Self::CustomerNumbers => CUSTOMER_NUMBERS,
        }
    }
}

impl Serialize for FileKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.stem())
    }
}

/// A column that we know.
#[derive(Debug)]
pub(super) struct Column {
    /// What we call it.
    pub(super) name: &'static str,
    /// Whether a file or a line can do without it.
    pub(super) need: Need,
    /// How its cells are read before their own rule sees them.
    pub(super) holds: Holds,
    /// What others call it.
    pub(super) aliases: &'static [&'static str],
}

/// Whether a file or a line can do without a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// Neither can.
    Always,
    /// A file needs this column or the other one.
    Unless(&'static str),
    /// Both can.
    Never,
}

/// How the cells of a column are read before their own rule sees them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// Text of the administration.
    Text,
    /// A name of somebody: text that reports mask.
    Name,
    /// An IBAN: text that reports mask.
    Iban,
    /// A mail address: reports mask it, and what looks like a formula is no address.
    Mail,
    /// The customer's own words: anything that can be printed.
    OwnWords,
    /// A number that may have decimals.
    Number,
    /// Digits, a day or a month: what looks like a formula is none.
    Figure,
}

const fn must(name: &'static str, holds: Holds, aliases: &'static [&'static str]) -> Column {
    Column { name, need: Need::Always, holds, aliases }
}

const fn may(name: &'static str, holds: Holds, aliases: &'static [&'static str]) -> Column {
    Column { name, need: Need::Never, holds, aliases }
}

const CUSTOMER: &[&str] = &["klantnummer", "debiteurnummer", "relatienummer"];
const CONNECTION: &[&str] = &["connection_number", "aansluitnummer", "leveringsnummer"];
const METER: &[&str] = &["meternummer"];

const CUSTOMERS: &[Column] = &[
    must("customer_number", Holds::Text, CUSTOMER),
    must("name", Holds::Name, &["naam", "tenaamstelling"]),
    must("kind", Holds::Text, &["soort", "klantsoort"]),
    may("email", Holds::Mail, &["e-mailadres", "email1", "e-mailadres1"]),
    may("email2", Holds::Mail, &["e-mailadres2"]),
    may("email3", Holds::Mail, &["e-mailadres3"]),
    may("language", Holds::Text, &["taal"]),
    must("payment", Holds::Text, &["payment_method", "betaalwijze"]),
    may("iban", Holds::Iban, &["rekeningnummer"]),
    may("account_holder", Holds::Name, &["rekeninghouder"]),
    may("mandate_id", Holds::Text, &["mandate_reference", "machtigingskenmerk", "machtiging"]),
    may("mandate_date", Holds::Figure, &["machtigingsdatum"]),
    may("collective", Holds::Text, &["verzamelnota"]),
    may("coc_number", Holds::Text, &["kvk", "kvk-nummer"]),
    may("oin", Holds::Text, &["oin-nummer"]),
    may("vat_number", Holds::Text, &["btw-nummer"]),
    must("billing_street", Holds::Text, &["factuurstraat", "street", "straat"]),
    must("billing_house_number", Holds::Text, &["factuurhuisnummer", "house_number", "huisnummer"]),
    may("billing_house_letter", Holds::Text, &["factuurhuisletter", "house_letter", "huisletter"]),
    may("billing_addition", Holds::Text, &["factuurtoevoeging", "addition", "toevoeging"]),
    must("billing_postcode", Holds::Text, &["factuurpostcode", "postcode"]),
    must("billing_city", Holds::Text, &["factuurplaats", "city", "plaats"]),
    may("billing_country", Holds::Text, &["factuurland", "country", "land"]),
    may("attention", Holds::OwnWords, &["ter attentie van", "tav"]),
    may("buyer_reference", Holds::Text, &["inkoopreferentie"]),
    may("terms_from", Holds::Figure, &["termijnen vanaf"]),
];

const CONNECTIONS: &[Column] = &[
    must("connection_id", Holds::Text, CONNECTION),
    must("customer_number", Holds::Text, CUSTOMER),
    may("collective_id", Holds::Text, &["verzameling"]),
    may("ean", Holds::Text, &["ean-code"]),
    must("commodity", Holds::Text, &["utility", "product", "medium"]),
    must("street", Holds::Text, &["straat"]),
    must("house_number", Holds::Text, &["huisnummer"]),
    may("house_letter", Holds::Text, &["huisletter"]),
    may("addition", Holds::Text, &["toevoeging"]),
    must("postcode", Holds::Text, &[]),
    must("city", Holds::Text, &["plaats"]),
    may("capacity", Holds::Number, &["class", "aansluitklasse", "capaciteit"]),
    may("persons", Holds::Figure, &["residents", "personen"]),
    may("read_by", Holds::Text, &["reading_mode", "opname_door", "opnamewijze"]),
    may(
        "customer_reference",
        Holds::OwnWords,
        &["own_reference", "klantreferentie", "kenmerk", "kostenplaats"],
    ),
    must("supply_start", Holds::Figure, &["occupant_since", "leveringsbegin", "ingangsdatum"]),
    may("supply_end", Holds::Figure, &["occupant_until", "leveringseinde", "einddatum"]),
    may("expected_year", Holds::Number, &["standaardjaarverbruik"]),
];

const METERS: &[Column] = &[
    must("meter_number", Holds::Text, METER),
    must("connection_id", Holds::Text, CONNECTION),
    may("register", Holds::Text, &["telwerk"]),
    must("unit", Holds::Text, &["eenheid"]),
    must("digits", Holds::Figure, &["cijfers"]),
    may("decimals", Holds::Figure, &["decimalen"]),
    must("installed_on", Holds::Figure, &["plaatsing", "plaatsingsdatum"]),
    may("installed_value", Holds::Number, &["beginstand"]),
    may("removed_on", Holds::Figure, &["verwijdering", "verwijderdatum"]),
    may("removed_value", Holds::Number, &["eindstand"]),
    may("direction", Holds::Text, &["richting"]),
    may("band", Holds::Text, &["tariefperiode"]),
    may("factor", Holds::Number, &[]),
    may("reversible", Holds::Text, &["terugdraaiend"]),
];

const READINGS: &[Column] = &[
    must("meter_number", Holds::Text, METER),
    may("register", Holds::Text, &["telwerk"]),
    may("connection_id", Holds::Text, CONNECTION),
    must("date", Holds::Figure, &["datum", "opnamedatum"]),
    must("value", Holds::Number, &["stand", "meterstand"]),
    must("source", Holds::Text, &["bron", "herkomst"]),
];

const ADVANCES: &[Column] = &[
    may("connection_id", Holds::Text, CONNECTION),
    may("customer_number", Holds::Text, CUSTOMER),
    Column { name: "month", need: Need::Unless("from"), holds: Holds::Figure, aliases: &["maand"] },
    may("from", Holds::Figure, &["van"]),
    may("until", Holds::Figure, &["tot en met"]),
    Column {
        name: "amount_excl",
        need: Need::Unless("amount"),
        holds: Holds::Number,
        aliases: &["bedrag_excl"],
    },
    may("amount", Holds::Number, &["bedrag incl. btw", "bedrag", "bedrag_incl"]),
    must("vat_rate", Holds::Number, &["btw", "btw-tarief"]),
    may("invoice_number", Holds::Text, &["factuurnummer"]),
    may("form", Holds::Text, &["soort"]),
    may("paid", Holds::Number, &["betaald"]),
];

const CUSTOMER_NUMBERS: &[Column] = &[
    must("old_number", Holds::Text, &["oud klantnummer"]),
    must("customer_number", Holds::Text, CUSTOMER),
];
