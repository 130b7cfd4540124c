//! The only crate that names AWS: one concrete type a resource, around the real client.
//!
//! Nothing here is replaced in tests: stand-ins answer on the other side of the client, reached by
//! [`connect`]. [`settings`] is the only place that reads the environment.

pub mod config;
pub mod connect;
pub mod event;
pub mod settings;
pub mod telemetry;

pub mod archive;
pub mod keys;
pub mod mail_event;
pub mod mailer;
pub mod metric;
pub mod queue;
pub mod store;

mod error;
mod failure;

pub use archive::Archive;
pub use config::Config;
pub use connect::Aws;
pub use error::Error;
pub use failure::{Failure, Kind};
pub use keys::Keys;
pub use mailer::Mailer;
pub use metric::{Metric, Metrics};
pub use queue::Queue;
pub use settings::Settings;
pub use store::Store;
