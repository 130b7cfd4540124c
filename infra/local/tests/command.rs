#![cfg(test)]
//! The program as an operator types it: what it says, and with which status it ends.
//!
//! Each test starts the program, most of them to see it refuse at once; those that start the demo
//! take a second or two in the dev profile.

mod command {
    mod bad_use;
    mod check_config;
    mod data;
    mod estimate;
    mod import;
    mod ports;
    mod run;
    mod settle;
    mod signals;
}
