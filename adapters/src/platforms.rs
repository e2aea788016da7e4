//! Where Flink runs: one platform a file, each in two halves, `encode` (pure) and `send` (takes a permit, decides
//! nothing).

pub mod flink_rest;
pub mod standalone;
