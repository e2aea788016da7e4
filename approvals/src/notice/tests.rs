//! Which messages follow from what, and what their buttons mean.

mod buttons;
mod messages;
mod reasons;
