//! The local stack and the command line.

pub mod clock;
pub mod fault;
pub mod front;
pub mod gate;
pub mod pump;
pub mod standin;
pub mod template;
