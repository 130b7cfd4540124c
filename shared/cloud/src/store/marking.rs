//! Days that an operator marked: appended to, never changed.
//!
//! | pk | sk | is |
//! |---|---|---|
//! | `ACC#<account>` | `~<connection>#UNUSUAL#<from>#<to>#<instant>` | who said what of these days, and why |
//!
//! They lie behind the readings (`store::history`), so that one query reads both, and a release that
//! knows only readings reads those.

use chrono::SecondsFormat;

use domain::account::CustomerNumber;
use domain::connection::ConnectionNumber;
use domain::estimate::marked::Marking;

use crate::Error;

use super::account::partition;
use super::key::Key;
use super::{LAST, Store, Stretch, body};

impl Store {
    /// Keeps what an operator said of days at a connection. Said twice at one instant, it is one word.
    pub async fn mark(
        &self,
        account: &CustomerNumber,
        connection: &ConnectionNumber,
        marking: &Marking,
    ) -> Result<(), Error> {
        let Marking { from, to, at, .. } = marking;
        let at = at.to_rfc3339_opts(SecondsFormat::Secs, true);
        let sk = format!("{LAST}{connection}#UNUSUAL#{from}#{to}#{at}");
        self.put(&self.core, Key::new(partition(account), sk), marking).await
    }

    /// All that was ever said of days at a connection.
    pub async fn markings(
        &self,
        account: &CustomerNumber,
        connection: &ConnectionNumber,
    ) -> Result<Vec<Marking>, Error> {
        let (from, to) =
            (format!("{LAST}{connection}#UNUSUAL#"), format!("{LAST}{connection}#UNUSUAL#{LAST}"));
        let stretch = Stretch { table: &self.core, pk: partition(account), from, to };
        self.all(&stretch).await?.into_iter().map(body).collect()
    }
}
