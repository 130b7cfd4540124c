//! The environment of a function, read once at its cold start. Nothing else reads it.

use std::collections::BTreeMap;
use std::fmt;

use domain::shard::Drawers;
use links::link::BaseUrl;

/// A variable that the deployment sets; a function gets only those that it uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Name {
    /// The name of the stack.
    Stack,
    /// What every link begins with: `https://` and a host, no slash behind it.
    BaseUrl,
    /// The table of accounts, requests and readings.
    Core,
    /// The table of the ledger of mails.
    Sends,
    /// The table of form ids and counters.
    ShortLived,
    /// The table of settlements and invoices.
    Billing,
    /// The bucket of files that come in and reports that go out.
    Files,
    /// The bucket of documents that are kept.
    Invoices,
    /// Into how many drawers accounts and sends are divided: a power of two, 1 to 256.
    Drawers,
    /// Whether campaigns may send: `run` or `paused`.
    CampaignState,
    /// URL of the queue of campaign mails.
    QueueMail,
    /// URL of the queue of mails that somebody waits for.
    QueueMailNow,
    /// URL of the queue of work after the deadline.
    QueueSettle,
    /// URL of the queue of invoices that have their number.
    QueueInvoices,
    /// URL of the queue of checked chunks of an import.
    QueueImportChunks,
    /// Name of the secret with the key ring.
    Keys,
    /// Configuration set of mails whose arrival is proven.
    SesProof,
    /// Configuration set of the other mails.
    SesPlain,
    /// The address that mails come from.
    SesFrom,
}

impl Name {
    /// Every name.
    pub const ALL: [Self; 19] = [
        Self::Stack,
        Self::BaseUrl,
        Self::Core,
        Self::Sends,
        Self::ShortLived,
        Self::Billing,
        Self::Files,
        Self::Invoices,
        Self::Drawers,
        Self::CampaignState,
        Self::QueueMail,
        Self::QueueMailNow,
        Self::QueueSettle,
        Self::QueueInvoices,
        Self::QueueImportChunks,
        Self::Keys,
        Self::SesProof,
        Self::SesPlain,
        Self::SesFrom,
    ];

    /// The variable.
    pub fn variable(self) -> &'static str {
        match self {
            Self::Stack => "METERLINK_STACK",
            Self::BaseUrl => "METERLINK_BASE_URL",
            Self::Core => "METERLINK_CORE",
            Self::Sends => "METERLINK_SENDS",
            Self::ShortLived => "METERLINK_SHORT_LIVED",
            Self::Billing => "METERLINK_BILLING",
            Self::Files => "METERLINK_FILES",
            Self::Invoices => "METERLINK_INVOICES",
            Self::Drawers => "METERLINK_DRAWERS",
            Self::CampaignState => "METERLINK_CAMPAIGN_STATE",
            Self::QueueMail => "METERLINK_QUEUE_MAIL",
            Self::QueueMailNow => "METERLINK_QUEUE_MAIL_NOW",
            Self::QueueSettle => "METERLINK_QUEUE_SETTLE",
            Self::QueueInvoices => "METERLINK_QUEUE_INVOICES",
            Self::QueueImportChunks => "METERLINK_QUEUE_IMPORT_CHUNKS",
            Self::Keys => "METERLINK_KEYS",
            Self::SesProof => "METERLINK_SES_PROOF",
            Self::SesPlain => "METERLINK_SES_PLAIN",
            Self::SesFrom => "METERLINK_SES_FROM",
        }
    }

    /// What is wrong with `value`, if anything.
    fn fault(self, value: &str) -> Option<String> {
        match self {
            Self::BaseUrl => BaseUrl::parse(value).err().map(|error| error.to_string()),
            Self::Drawers => drawers(value)
                .is_none()
                .then(|| format!("{value:?} is no power of two from 1 to 256; 64 would do")),
            Self::CampaignState => (!matches!(value, "run" | "paused"))
                .then(|| format!("{value:?} is neither run nor paused")),
            Self::QueueMail
            | Self::QueueMailNow
            | Self::QueueSettle
            | Self::QueueInvoices
            | Self::QueueImportChunks => {
                (!value.starts_with("http")).then(|| "is no URL of a queue".into())
            }
            Self::Stack
            | Self::Core
            | Self::Sends
            | Self::ShortLived
            | Self::Billing
            | Self::Files
            | Self::Invoices
            | Self::Keys
            | Self::SesProof
            | Self::SesPlain
            | Self::SesFrom => value.is_empty().then(|| "is empty".into()),
        }
    }
}

fn drawers(value: &str) -> Option<Drawers> {
    Drawers::new(value.parse().ok()?)
}

/// The variables of one function.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings(BTreeMap<Name, String>);

impl Settings {
    /// Reads `names` from the environment.
    ///
    /// **Errors.** Every missing and malformed variable at once: mend the template, deploy again.
    pub fn from_env(names: &[Name]) -> Result<Self, SettingsError> {
        #[expect(clippy::disallowed_methods, reason = "this module is the replacement")]
        Self::check(names, |variable| std::env::var(variable).ok())
    }

    /// Takes `names` from `values`: how the local stack deploys.
    ///
    /// **Errors.** As [`Settings::from_env`].
    pub fn check(
        names: &[Name],
        values: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, SettingsError> {
        let mut found = BTreeMap::new();
        let mut faults = Vec::new();
        for name in names {
            match values(name.variable()) {
                None => faults.push(format!("{} is missing", name.variable())),
                Some(value) => match name.fault(&value) {
                    Some(fault) => faults.push(format!("{}: {fault}", name.variable())),
                    None => {
                        found.insert(*name, value);
                    }
                },
            }
        }
        if faults.is_empty() { Ok(Self(found)) } else { Err(SettingsError(faults)) }
    }

    /// The value of `name`; `unset` when the function did not ask for it, which AWS refuses.
    pub fn get(&self, name: Name) -> &str {
        self.0.get(&name).map_or("unset", String::as_str)
    }

    /// Into how many drawers accounts and sends are divided; the usual number when the function did
    /// not ask for it, because it looks into none.
    pub fn drawers(&self) -> Drawers {
        self.0.get(&Name::Drawers).and_then(|value| drawers(value)).unwrap_or(Drawers::USUAL)
    }
}

/// Variables that are missing or malformed: mend the template and deploy again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsError(Vec<String>);

impl std::error::Error for SettingsError {}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said of an environment that holds `BASE_URL` and nothing else.
    fn check(names: &[Name], base_url: &str) -> String {
        let values =
            |variable: &str| (variable == "METERLINK_BASE_URL").then(|| base_url.to_owned());
        Settings::check(names, values).map_or_else(|error| error.to_string(), |_| "ok".into())
    }

    #[test]
    fn every_missing_and_malformed_variable_is_named_at_once() {
        assert_eq!(
            check(&[Name::Core, Name::BaseUrl, Name::Keys], "stand.voorbeeld.nl"),
            "METERLINK_CORE is missing; METERLINK_BASE_URL: the base URL must begin with https://; \
             METERLINK_KEYS is missing"
        );
    }

    #[test]
    fn a_host_must_leave_room_for_the_token() {
        let check = |url| check(&[Name::BaseUrl], url);
        assert_eq!(check("https://stand.voorbeeldwater.nl"), "ok");
        assert_eq!(check("https://abcdefghijklmnopqrstuv.nl"), "ok");
        assert_eq!(
            check("https://abcdefghijklmnopqrstuvw.nl"),
            "METERLINK_BASE_URL: the host of the base URL has 26 characters, 25 is the most"
        );
        assert!(check("https://voorbeeld.nl/m").starts_with("METERLINK_BASE_URL: "));
    }

    #[test]
    fn no_two_names_share_a_variable() {
        let variables: std::collections::BTreeSet<_> = Name::ALL.map(Name::variable).into();
        assert_eq!(variables.len(), Name::ALL.len());
    }
}
