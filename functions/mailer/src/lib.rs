//! The Lambda mailer.
