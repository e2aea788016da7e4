//! Whether the evidence is whole: every column hashed, every entry chained, sealed, numbered. Pure: rows in, verdict out.
//!
//! The rows come in the order of `seq`, seal by seal, so a log of any length is verified in one pass; what is remembered
//! is one hash a request. A tail that was cut off together with its seals, and with the note of where the seals end, can
//! be missed only by who remembers that place elsewhere: [`Verified::anchor`] is what to write down.

use std::collections::HashMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::LedgerError;
use super::chain::{EntryRow, SealHash, SealRow};
use super::particulars::{self, ParticularRow};

/// What a whole ledger holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Entries in all.
    pub entries: u64,
    /// Requests in all.
    pub requests: u64,
    /// Particulars that were erased, as seals say.
    pub erased: u64,
    /// Where the chain of seals ends.
    pub anchor: Anchor,
}

/// The end of the chain of seals: written down elsewhere (a log, a chat), it shows later that nothing before it changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// Number of the last seal; 0: none.
    pub seal: u64,
    /// Its hash, hex.
    pub hash: String,
}

/// The first thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstWrong {
    /// `R-18/3` for an entry, `seal 7` for a seal.
    pub at: String,
    /// What is wrong there.
    pub why: String,
}

impl fmt::Display for FirstWrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.why)
    }
}

/// Why a ledger is not verified.
#[derive(Debug, thiserror::Error)]
pub enum NotVerified {
    /// Its evidence was changed.
    #[error("{0}")]
    Wrong(FirstWrong),
    /// It could not be read.
    #[error(transparent)]
    Unreadable(#[from] LedgerError),
}

pub(super) fn wrong(at: impl fmt::Display, why: impl fmt::Display) -> NotVerified {
    NotVerified::Wrong(FirstWrong {
        at: at.to_string(),
        why: why.to_string(),
    })
}

type Checked = Result<(), NotVerified>;

/// Takes rows in the order of `seq` and stops at the first that is wrong.
#[derive(Default)]
pub(super) struct Verifier {
    /// The last entry of each request: its number and hash.
    requests: HashMap<i64, (i64, [u8; 32])>,
    /// Whose particulars are erased, up to which entry.
    erasures: HashMap<String, i64>,
    /// The seal whose entries are coming, and its hash so far.
    open: Option<(SealRow, SealHash)>,
    /// The last seal: number, hash, last entry, time.
    sealed: (i64, String, i64, i64),
    /// The last entry: place and time.
    last: (i64, i64),
    erased: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Note {
    erased: String,
}

impl Verifier {
    /// Knows the erasures that later seals note.
    pub fn new(with_note: &[SealRow]) -> Result<Self, NotVerified> {
        let mut verifier = Self {
            last: (0, i64::MIN),
            sealed: (0, String::new(), 0, i64::MIN),
            ..Self::default()
        };
        for seal in with_note {
            let note: Note = serde_json::from_str(seal.note.as_deref().unwrap_or_default())
                .map_err(|error| wrong(seal_name(seal), format!("its note is not one: {error}")))?;
            verifier.erasures.insert(note.erased, seal.last_seq);
        }
        Ok(verifier)
    }

    /// Whether an entry at this place belongs to the seal at hand.
    pub fn covers(&self, seq: i64) -> bool {
        self.open.as_ref().is_some_and(|(seal, _)| seq <= seal.last_seq)
    }

    /// The next seal; the one at hand must be complete.
    pub fn seal(&mut self, seal: SealRow) -> Checked {
        self.close()?;
        let (number, hash, last_seq, at) = &self.sealed;
        let name = seal_name(&seal);
        if seal.number != number + 1 || seal.prev != *hash {
            return Err(wrong(name, format!("it does not follow seal {number}")));
        }
        if seal.first_seq != last_seq + 1 || seal.last_seq < *last_seq {
            return Err(wrong(name, format!("its entries do not follow entry {last_seq}")));
        }
        if seal.at < *at {
            return Err(wrong(name, "it is older than the seal before"));
        }
        let hash = SealHash::of(&seal);
        self.open = Some((seal, hash));
        Ok(())
    }

    /// The next entry, of the seal at hand, with its particulars in order.
    pub fn entry(&mut self, entry: &EntryRow, particulars: &[ParticularRow]) -> Checked {
        let name = entry.name();
        if entry.seq != self.last.0 + 1 {
            return Err(wrong(
                name,
                format!(
                    "the log goes on at {}; entry {} is missing",
                    entry.seq,
                    self.last.0 + 1
                ),
            ));
        }
        if entry.at < self.last.1 {
            return Err(wrong(name, "it is older than the entry before"));
        }
        let hash = unhex(&entry.hash);
        if hash != Some(entry.digest()) {
            return Err(wrong(name, "its hash does not fit what it says"));
        }
        self.chain(entry, hash.unwrap_or_default())?;
        self.particulars(entry, particulars)?;
        self.last = (entry.seq, entry.at);
        match &mut self.open {
            Some((_, hash)) => hash.entry(entry.seq, &entry.hash),
            None => return Err(wrong(name, "no seal covers it")),
        }
        Ok(())
    }

    /// The seals are at their end: what `recorded` notes as the last one, and what an earlier `anchor` may demand.
    pub fn finish(mut self, recorded: &Anchor) -> Result<Verified, NotVerified> {
        self.close()?;
        let (seal, hash, ..) = self.sealed;
        let anchor = Anchor {
            seal: seal.unsigned_abs(),
            hash,
        };
        if anchor != *recorded {
            let (ends, should) = (anchor.seal, recorded.seal);
            return Err(wrong(
                format!("seal {}", ends.min(should) + 1),
                format!("the seals end at {ends}, but seal {should} was the last"),
            ));
        }
        Ok(Verified {
            entries: self.last.0.unsigned_abs(),
            requests: self.requests.keys().filter(|request| **request > 0).count() as u64,
            erased: self.erased,
            anchor,
        })
    }

    /// The entry follows the request's entry before.
    fn chain(&mut self, entry: &EntryRow, hash: [u8; 32]) -> Checked {
        let before = self.requests.insert(entry.request, (entry.number, hash));
        let number = before.map_or(0, |(number, _)| number);
        if entry.number != number + 1 {
            return Err(wrong(
                entry.name(),
                format!("entry {} of its request is missing", number + 1),
            ));
        }
        let follows = match before {
            Some((_, hash)) => unhex(&entry.prev) == Some(hash),
            None => entry.prev.is_empty(),
        };
        if follows {
            Ok(())
        } else {
            Err(wrong(
                entry.name(),
                "it does not carry the hash of the entry before",
            ))
        }
    }

    /// What lies beside is what was chained, or was erased as a seal says.
    fn particulars(&mut self, entry: &EntryRow, rows: &[ParticularRow]) -> Checked {
        let digests = particulars::digests(&entry.body).map_err(|why| wrong(entry.name(), why))?;
        if digests.len() != rows.len() {
            let (there, chained) = (rows.len(), digests.len());
            return Err(wrong(
                entry.name(),
                format!("{there} particulars lie beside it, {chained} were chained"),
            ));
        }
        let erased = self
            .erasures
            .get(&entry.person)
            .is_some_and(|up_to| entry.seq <= *up_to);
        for (position, (row, digest)) in (0..).zip(rows.iter().zip(digests)) {
            let refuse = |why: &str| Err(wrong(entry.name(), format!("particular {position} {why}")));
            if row.position != position || row.person != entry.person {
                return refuse("is not where it was put");
            }
            if !row.fits(digest) {
                return refuse("is not the text that was chained");
            }
            match (row.text.is_none(), erased) {
                (true, false) => return refuse("is gone, and no seal says that it was erased"),
                (false, true) => return refuse("is there, though a seal says that it was erased"),
                (gone, _) => self.erased += u64::from(gone),
            }
        }
        Ok(())
    }

    /// The seal at hand has all its entries.
    fn close(&mut self) -> Checked {
        let Some((seal, hash)) = self.open.take() else {
            return Ok(());
        };
        let name = seal_name(&seal);
        if self.last.0 < seal.last_seq {
            return Err(wrong(
                name,
                format!("entry {} of the log is missing", self.last.0 + 1),
            ));
        }
        if hash.finish() != seal.hash {
            return Err(wrong(name, "its hash does not fit it and its entries"));
        }
        self.sealed = (seal.number, seal.hash, seal.last_seq, seal.at);
        Ok(())
    }
}

fn unhex(hash: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(hash, &mut bytes).ok().map(|()| bytes)
}

fn seal_name(seal: &SealRow) -> String {
    match (seal.first_seq, seal.last_seq) {
        (first, last) if first > last => format!("seal {}", seal.number),
        (first, last) if first == last => format!("seal {} of entry {first}", seal.number),
        (first, last) => format!("seal {} of entries {first} to {last}", seal.number),
    }
}
