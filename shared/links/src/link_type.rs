//! What a link is for: nine types, closed, each with a key of its own.

use std::fmt;

use domain::id::CampaignNumber;

/// What a link is for. It separates twice: in the key that signs, and in a byte that is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LinkType {
    /// Give or correct the readings of one connection in one campaign.
    Submit,
    /// The same for the connections of a delegation; it cannot delegate on.
    Delegate,
    /// Open a portal session, once.
    SignIn,
    /// A portal session: in a cookie, refused in every path.
    Session,
    /// Confirm a mail address.
    ConfirmEmail,
    /// End the reminders of one campaign.
    StopReminders,
    /// Go on with a move-in.
    MoveIn,
    /// See one invoice's amount and pay it.
    Pay,
    /// As [`LinkType::Submit`], from a QR code on paper.
    Letter,
}

impl LinkType {
    /// Every type, in the order of their bytes.
    pub const ALL: [Self; 9] = [
        Self::Submit,
        Self::Delegate,
        Self::SignIn,
        Self::Session,
        Self::ConfirmEmail,
        Self::StopReminders,
        Self::MoveIn,
        Self::Pay,
        Self::Letter,
    ];

    /// The last byte of a token.
    ///
    /// The low six bits are the last character, and below 26 that is an upper-case letter: mail
    /// programs drop a `-` or `_` at the end of a link. The two high bits are the format, 00.
    pub const fn byte(self) -> u8 {
        match self {
            Self::Submit => 0x11,
            Self::Delegate => 0x12,
            Self::SignIn => 0x13,
            Self::Session => 0x14,
            Self::ConfirmEmail => 0x15,
            Self::StopReminders => 0x16,
            Self::MoveIn => 0x17,
            Self::Pay => 0x18,
            Self::Letter => 0x19,
        }
    }

    /// The type of a token's last byte, or `None` for every other byte.
    pub fn from_byte(byte: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|link_type| link_type.byte() == byte)
    }

    /// Its name in JSON and logs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Submit => "submit",
            Self::Delegate => "delegate",
            Self::SignIn => "sign-in",
            Self::Session => "session",
            Self::ConfirmEmail => "confirm-email",
            Self::StopReminders => "stop-reminders",
            Self::MoveIn => "move-in",
            Self::Pay => "pay",
            Self::Letter => "letter",
        }
    }

    /// The type of a name in JSON.
    ///
    /// ```
    /// use links::link_type::LinkType;
    ///
    /// assert_eq!(LinkType::parse("sign-in"), Some(LinkType::SignIn));
    /// assert_eq!(LinkType::parse("SignIn"), None);
    /// ```
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|link_type| link_type.name() == name)
    }
}

impl fmt::Display for LinkType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

mod sealed {
    pub trait Sealed {}
}

/// A link type as a type, so that a grant or a key of one cannot stand in for another's.
pub trait OfType: sealed::Sealed + 'static {
    /// The same, as a value.
    const LINK_TYPE: LinkType;

    /// [`CampaignNumber`] where a link of this type is of a campaign, else [`NoCampaign`].
    type Campaign: InCampaign;
}

/// A link type that may stand in a path: every one but [`Session`].
pub trait InPath: OfType {
    /// The path before the token, with both slashes.
    const PATH: &'static str;
}

/// What the campaign field of a link type may hold.
pub trait InCampaign: sealed::Sealed + Copy + fmt::Debug + PartialEq + Eq {
    /// The number that is signed.
    fn number(self) -> u16;

    /// The value of a signed number, or `None` when a link of this type never holds it.
    fn from_number(number: u16) -> Option<Self>;
}

impl sealed::Sealed for CampaignNumber {}

impl InCampaign for CampaignNumber {
    fn number(self) -> u16 {
        self.get()
    }

    fn from_number(number: u16) -> Option<Self> {
        Self::new(number)
    }
}

/// In place of a campaign, where a link type has none: signed as 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoCampaign;

impl sealed::Sealed for NoCampaign {}

impl InCampaign for NoCampaign {
    fn number(self) -> u16 {
        0
    }

    fn from_number(number: u16) -> Option<Self> {
        (number == 0).then_some(Self)
    }
}

/// Declares the marker of a link type: its campaign, and its path unless it has none.
macro_rules! marker {
    ($(#[$doc:meta])* $name:ident, $campaign:ty $(, $path:literal)?) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {}

        impl sealed::Sealed for $name {}

        impl OfType for $name {
            const LINK_TYPE: LinkType = LinkType::$name;
            type Campaign = $campaign;
        }

        $(impl InPath for $name {
            const PATH: &'static str = $path;
        })?
    };
}

marker!(
    /// [`LinkType::Submit`] as a type; the subject is a connection.
    Submit, CampaignNumber, "/m/"
);
marker!(
    /// [`LinkType::Delegate`] as a type; the subject is a delegation.
    Delegate, CampaignNumber, "/m/"
);
marker!(
    /// [`LinkType::SignIn`] as a type; the subject is a row that lives for 30 minutes.
    SignIn, NoCampaign, "/p/"
);
marker!(
    /// [`LinkType::Session`] as a type; the subject is a session. In a cookie only.
    Session, NoCampaign
);
marker!(
    /// [`LinkType::ConfirmEmail`] as a type; the subject is a change that waits for 72 hours.
    ConfirmEmail, NoCampaign, "/e/"
);
marker!(
    /// [`LinkType::StopReminders`] as a type; the subject is an account.
    StopReminders, CampaignNumber, "/u/"
);
marker!(
    /// [`LinkType::MoveIn`] as a type; the subject is a move.
    MoveIn, NoCampaign, "/i/"
);
marker!(
    /// [`LinkType::Pay`] as a type; the subject is an invoice.
    Pay, NoCampaign, "/b/"
);
marker!(
    /// [`LinkType::Letter`] as a type; the subject is a connection.
    Letter, CampaignNumber, "/m/"
);

#[cfg(test)]
mod tests;
