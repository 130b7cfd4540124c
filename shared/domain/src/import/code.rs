//! The closed list of what can be wrong with a set, or worth a look.

use serde::{Serialize, Serializer};

/// Declares the codes: variant, code as reports print it, what it means.
macro_rules! codes {
    ($($name:ident $code:literal $meaning:literal)*) => {
        /// What a line of the report is about.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = concat!("`", $code, "`: ", $meaning, ".")] $name,)*
        }

        impl Code {
            /// Every code, in the order of reports.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// As reports print it: `V01`.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }

            /// One line for the summary.
            pub fn meaning(self) -> &'static str {
                match self {
                    $(Self::$name => $meaning,)*
                }
            }
        }
    };
}

codes! {
    FileMissing "F01" "a required file is not there"
    Encoding "F02" "the encoding of a file cannot be read"
    Undecided "F03" "the separator of a file, or the decimal sign of a column, cannot be told"
    NoHeader "F04" "a file has no header"
    ColumnMissing "F05" "a required column is not in the header"
    ColumnDoubled "F06" "a column is in the header twice"
    RowCount "F07" "the number of rows differs from set.toml, or there is no customer at all"
    TooLarge "F08" "a file is too large"
    OpenQuote "F09" "a quoted cell never ends"
    CellCount "L01" "a line has more or fewer cells than the header"
    CellSize "L02" "a cell or a line is too long to be read"
    Required "V01" "a cell that must be filled is empty"
    Number "V02" "not a number, or more decimals than the column admits"
    Day "V03" "not a day or month of the calendar"
    List "V04" "not one of the allowed words"
    Length "V05" "a text is longer than the column admits"
    Range "V06" "a number outside what can be"
    Characters "V07" "characters that no text may hold"
    Form "V08" "not the form of such a number or code"
    Order "V09" "an end before its beginning, or a day that has not come yet"
    Ean "V10" "not an EAN code"
    Iban "V11" "not an IBAN"
    Postcode "V12" "not a postcode"
    Mail "V13" "not one mail address"
    CompanyNumber "V14" "not a number of the CoC register, an OIN or a VAT number"
    Duplicate "K01" "the key was on an earlier line already, with other contents"
    Orphan "K02" "refers to something that is not in the set, or to a refused line"
    Contradiction "K03" "contradicts another line or column"
    Digits "R01" "more digits or decimals than the register has"
    Falling "R02" "lower than the reading before it"
    SameDay "R03" "another value for the same register and day"
    Outside "R04" "before the meter was installed, or after it was removed"
    Overlap "A01" "a second advance for the same connection and time"
    Sum "A02" "amounts that do not add up"
    NoMail "W01" "no mail address: written to on paper"
    NoReading "W02" "a connection without a meter, or a meter without a reading"
    NoHistory "W03" "a meter without a reading besides that of its exchange"
    NoCapacity "W04" "a connection with a meter and without a capacity"
    SharedIban "W05" "an IBAN of several customers"
    UnusualUse "W06" "far more use in a year than this register had before"
    PostcodeCity "W07" "postcode and town disagree with another line"
    Ignored "W08" "a file or a column that is not known, or a cell that has no use here"
    Repeated "W09" "the same line, or the same reading, again"
    Repaired "W10" "a text that looks damaged, or was mended"
    Split "W11" "a house number that was split"
    AfterEstimate "W12" "lower than the estimate before it"
    LikelyTypo "W13" "a mail address with an unusual domain"
    NoConnection "W14" "a customer without a connection"
}

impl Code {
    /// Whether it refuses its line or file: all but the warnings do.
    pub fn severity(self) -> Severity {
        if self.as_str().starts_with('W') { Severity::Warning } else { Severity::Error }
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// What a line of the report does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It refuses a line or a file, and so the set.
    Error,
    /// Somebody should look; nothing is refused.
    Warning,
}

impl Severity {
    /// As reports print it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}
