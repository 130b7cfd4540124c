//! The Lambda import.
