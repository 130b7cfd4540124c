//! The system, driven from outside.
#![cfg(test)]
