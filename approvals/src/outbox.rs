//! Sends what the ledger recorded, at least once, in order per channel.
