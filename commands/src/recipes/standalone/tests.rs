//! Plans as they are, and refusals as they are.

mod fewer;
mod more;
mod parallelism;
mod properties;
mod rolling_back;
mod shown;
