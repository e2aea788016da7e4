//! One binary of all stories.

#![allow(missing_docs)]
#![allow(
    clippy::disallowed_methods,
    reason = "stories start the real program and real systems, as people do"
)]

mod browser;
mod crash;
mod program;
mod real;
mod scale;
