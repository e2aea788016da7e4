//! What can be asked of Sluice, what it would do, and whether it helped.
//!
//! Pure: values in, values out. A text becomes an [`ask::Ask`] (`grammar`, from the one table in `catalog`); an ask
//! and what was [`observed`] become a [`plan::Plan`] or a [`refusal::Refusal`] (`recipes`); samples become windows
//! and a [`verdict`].
//!
//! This crate never awaits, never reads the time, never speaks to a network, a database or a chat, and holds no
//! sentence for people but the lines of the reference page (`catalog`): it returns typed values, and
//! `adapters::wording` finds the words.
//!
//! Read next: `names`, `ask`, `observed`, `plan`, then `recipes`.

pub mod ask;
pub mod catalog;
pub mod condition;
#[cfg(any(test, feature = "fixtures"))]
#[allow(clippy::expect_used)]
pub mod fixtures;
pub mod grammar;
pub mod names;
pub mod observed;
pub mod plan;
pub mod recipes;
pub mod refusal;
pub mod signals;
pub mod sizing;
pub mod verdict;
pub mod windows;
