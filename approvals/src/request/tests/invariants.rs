//! Each invariant that the pure core keeps, by a test that carries its number; `make guards` removes the guard and sees
//! the test fail.

mod running;
mod voting;
