//! The Lambda behind every reading link.
