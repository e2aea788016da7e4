//! One binary of all stories.

#![allow(missing_docs)]

mod crash;
mod scale;
