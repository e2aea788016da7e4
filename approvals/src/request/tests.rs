//! The life of a request, told in tests.

mod life;
mod table;
