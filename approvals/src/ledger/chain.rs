//! The two chains that make the log tamper-evident. Pure.
//!
//! Entry n of a request carries the hash of its entry n-1, so that appends to different requests wait for nobody. A seal
//! chains all entries since the seal before it into one global chain, so that none can change, vanish or move unnoticed.
//!
//! Each hash is SHA-256, in hex, over a domain and the columns in a fixed order. A column goes in as its length (four
//! bytes, big endian) and its bytes, a number as decimal text, a missing value as the length `ffffffff` alone: no two
//! different rows give the same bytes.

use sha2::{Digest, Sha256};

/// The columns of an entry, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EntryRow {
    pub seq: i64,
    pub request: i64,
    pub number: i64,
    pub at: i64,
    pub person: String,
    pub version: i64,
    pub ballot: Option<String>,
    pub epoch: i64,
    pub delivery: Option<String>,
    pub body: String,
    pub prev: String,
    pub hash: String,
}

impl EntryRow {
    /// The hash it must have, hex.
    pub fn rehash(&self) -> String {
        hex::encode(self.digest())
    }

    /// The hash it must have. `seq` is no part of it: its place in the log is hashed by the seal.
    pub fn digest(&self) -> [u8; 32] {
        Columns::of("sluice/entry/1")
            .number(self.request)
            .number(self.number)
            .number(self.at)
            .text(&self.person)
            .number(self.version)
            .optional(self.ballot.as_deref())
            .number(self.epoch)
            .optional(self.delivery.as_deref())
            .text(&self.body)
            .text(&self.prev)
            .digest()
    }

    /// As people and errors name it: `R-18/3`.
    pub fn name(&self) -> String {
        format!("R-{}/{}", self.request, self.number)
    }
}

/// The columns of a seal, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SealRow {
    pub number: i64,
    pub at: i64,
    pub first_seq: i64,
    pub last_seq: i64,
    pub note: Option<String>,
    pub prev: String,
    pub hash: String,
}

/// The hash of a seal in the making: its own columns first, then each of its entries in the order of `seq`.
pub(crate) struct SealHash(Columns);

impl SealHash {
    /// Begins with the seal's own columns.
    pub fn of(seal: &SealRow) -> Self {
        Self(
            Columns::of("sluice/seal/1")
                .number(seal.number)
                .number(seal.at)
                .number(seal.first_seq)
                .number(seal.last_seq)
                .optional(seal.note.as_deref())
                .text(&seal.prev),
        )
    }

    /// Takes the next entry in.
    pub fn entry(&mut self, seq: i64, hash: &str) {
        self.0.add_number(seq);
        self.0.add(hash.as_bytes());
    }

    /// The hash the seal must have.
    pub fn finish(self) -> String {
        hex::encode(self.0.digest())
    }
}

/// The digest that stands in the chain for a particular: SHA-256 over salt and text, in hex.
pub(crate) fn salted(salt: &[u8], text: &str) -> String {
    hex::encode(Sha256::new().chain_update(salt).chain_update(text).finalize())
}

struct Columns(Sha256);

impl Columns {
    fn of(domain: &str) -> Self {
        Self(Sha256::new()).text(domain)
    }

    fn text(mut self, text: &str) -> Self {
        self.add(text.as_bytes());
        self
    }

    fn number(mut self, number: i64) -> Self {
        self.add_number(number);
        self
    }

    fn optional(mut self, text: Option<&str>) -> Self {
        match text {
            Some(text) => self.add(text.as_bytes()),
            None => self.0.update(u32::MAX.to_be_bytes()),
        }
        self
    }

    fn add_number(&mut self, number: i64) {
        self.add(number.to_string().as_bytes());
    }

    fn add(&mut self, bytes: &[u8]) {
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX - 1);
        self.0.update(length.to_be_bytes());
        self.0.update(bytes);
    }

    fn digest(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> EntryRow {
        EntryRow {
            seq: 7,
            request: 18,
            number: 3,
            at: 1_700_000_000_000,
            person: "ana".to_owned(),
            version: 1,
            ballot: Some("ab".to_owned()),
            epoch: 2,
            delivery: None,
            body: "[]".to_owned(),
            prev: "cd".to_owned(),
            hash: String::new(),
        }
    }

    #[test]
    fn the_hash_of_an_entry_stays_what_it_was_in_the_first_release() {
        // A released hash never changes: ledgers out there would no longer verify.
        assert_eq!(
            entry().rehash(),
            "ad3be98edc23cda115b0c3f17ba78246558cb28edc873a24fcfe309a7120b472"
        );
    }

    #[test]
    fn every_column_of_an_entry_but_its_seq_changes_its_hash() {
        let changes: [fn(&mut EntryRow); 10] = [
            |e| e.request += 1,
            |e| e.number += 1,
            |e| e.at += 1,
            |e| e.person.push('x'),
            |e| e.version += 1,
            |e| e.ballot = None,
            |e| e.epoch += 1,
            |e| e.delivery = Some(String::new()),
            |e| e.body.push(' '),
            |e| e.prev.clear(),
        ];
        for change in changes {
            let mut other = entry();
            change(&mut other);
            assert_ne!(other.rehash(), entry().rehash(), "{other:?}");
        }
    }

    #[test]
    fn text_moved_from_one_column_to_the_next_changes_the_hash() {
        let (mut one, mut other) = (entry(), entry());
        (one.body, one.prev) = ("ab".to_owned(), "c".to_owned());
        (other.body, other.prev) = ("a".to_owned(), "bc".to_owned());
        assert_ne!(one.rehash(), other.rehash());
    }
}
