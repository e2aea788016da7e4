//! Which messages follow from what, and what their buttons mean.

mod buttons;
mod elsewhere;
mod messages;
mod reasons;
