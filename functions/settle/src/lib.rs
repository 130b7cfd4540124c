//! The Lambda settle.
