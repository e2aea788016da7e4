//! Benchmarks: how Sluice does against a bare handler of the same run, on the same disk.
//!
//! Nothing here asserts. A number means something beside another number of the same run only, so each is printed with the
//! bare one or with its budget. [`seed`] fills a ledger with past requests, for anybody who wants a long history.
//!
//! Read next: [`table`], then the subjects: [`acknowledging`], [`appending`], [`starting`], [`approving`], [`crowd`], [`deadline`], [`drawing`].

pub mod acknowledging;
pub mod appending;
pub mod approving;
pub mod asked;
pub mod bare;
pub mod crowd;
pub mod deadline;
pub mod disk;
pub mod drawing;
pub mod hearing;
pub mod incident;
pub mod load;
pub mod program;
pub mod seed;
pub mod site;
pub mod starting;
pub mod table;
pub mod target;
pub mod wire;

/// Whatever kept a number from being measured.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;
