//! The form of a line.

use std::fmt;

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::{Format, Json, Writer};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// The target of lines that are JSON already.
pub(super) const VERBATIM: &str = "verbatim";

/// Writes an event as JSON, and one that is a line already as it is.
#[derive(Debug)]
pub(super) struct Lines(Format<Json, ()>);

impl Default for Lines {
    fn default() -> Self {
        Self(Format::default().json().without_time().with_target(false))
    }
}

impl<S, N> FormatEvent<S, N> for Lines
where
    S: Subscriber + for<'lookup> LookupSpan<'lookup>,
    N: for<'writer> FormatFields<'writer> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        if event.metadata().target() != VERBATIM {
            return self.0.format_event(context, writer, event);
        }
        let mut said = Said(String::new());
        event.record(&mut said);
        writeln!(writer, "{}", said.0)
    }
}

/// The text of a line.
struct Said(String);

impl Visit for Said {
    fn record_str(&mut self, _field: &Field, value: &str) {
        value.clone_into(&mut self.0);
    }

    // A line is a text; nothing else is said verbatim.
    fn record_debug(&mut self, _field: &Field, _value: &dyn fmt::Debug) {}
}
