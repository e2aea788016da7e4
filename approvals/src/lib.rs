//! The life of one request, from asked to reported; the approval in the middle gives the crate its name.
//!
//! A [`intake`] delivery is stored, read, and answered - or becomes a request: planned, put to the vote under a
//! [`policy`], decided by the pure [`request::decide`], remembered by the [`ledger`], carried out by the [`runner`],
//! told by the [`outbox`]. Everything that must happen later is a row with a time ([`wakeups`]), never a sleeping task.
//!
//! This crate never speaks HTTP, knows no vendor and holds no sentence for people: the outside is reached through the
//! traits in [`ports`], and what people are told is a [`notice`] value.
//!
//! Read next: `ports`, `request`, `ledger`, `runner`.

pub mod board;
pub mod claims;
pub mod intake;
pub mod ledger;
pub mod notice;
pub mod outbox;
pub mod people;
pub mod policy;
pub mod ports;
pub mod record;
pub mod reminders;
pub mod request;
pub mod runner;
pub mod sampler;
pub mod site;
pub mod wakeups;
