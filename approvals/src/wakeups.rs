//! When a request must be looked at next: derived from its state, kept as a row.
