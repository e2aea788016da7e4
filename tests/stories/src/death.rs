//! kill -9 at a chosen point, without a process: from that point on nothing of this life reaches the disk or the wire.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use fakes::calls::{Call, Interrupt};

/// What a process does that lasts, or that somebody else sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contact {
    /// It stores what somebody said, who then learns whether it is stored.
    Hear,
    /// It appends an entry, or an answer.
    Append,
    /// It writes what follows from one: a message, that it was sent, when to look again.
    Note,
    /// It keeps samples.
    Samples,
    /// It has the platform carry out a step: a call, or a process that starts or ends.
    Send,
    /// It says something in a chat.
    Speak,
    /// A call to Flink that changes something.
    Change,
    /// A call to Flink that only looks.
    Look,
}

/// When in a contact a process dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Before it has an effect.
    Before,
    /// It has its effect, and nobody here learns of it.
    Within,
    /// The answer is there, and nothing came of it yet.
    After,
}

/// One point of a story at which the process can die.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// In which contact.
    pub contact: Contact,
    /// The how many-th of its kind, from 0.
    pub number: usize,
    /// When in it.
    pub moment: Moment,
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {:?} {}", self.moment, self.contact, self.number)
    }
}

/// How a contact goes for the process that makes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// The process is dead already.
    Gone,
    /// As ever.
    Lives,
    /// It dies in this one.
    Dies(Moment),
}

/// Counts a story's contacts, and kills its process at the point that was ordered.
#[derive(Debug)]
pub struct Death {
    at: Option<Point>,
    met: Mutex<Vec<Contact>>,
    dead: AtomicBool,
}

impl Death {
    /// Never comes; counts.
    pub fn never() -> Arc<Self> {
        Self::new(None)
    }

    /// Comes at this point.
    pub fn at(point: Point) -> Arc<Self> {
        Self::new(Some(point))
    }

    fn new(at: Option<Point>) -> Arc<Self> {
        Arc::new(Self {
            at,
            met: Mutex::default(),
            dead: AtomicBool::new(false),
        })
    }

    /// Every contact so far, in order.
    pub fn met(&self) -> Vec<Contact> {
        self.contacts().clone()
    }

    /// Whether the process is dead.
    pub fn happened(&self) -> bool {
        self.dead.load(Ordering::SeqCst)
    }

    /// Whether what it died in was done all the same.
    pub(crate) fn took_effect(&self) -> bool {
        self.at.is_some_and(|point| point.moment != Moment::Before)
    }

    /// The process is dead from now on.
    pub(crate) fn strike(&self) {
        self.dead.store(true, Ordering::SeqCst);
    }

    /// A new process lives; the counting goes on.
    pub(crate) fn is_over(&self) {
        self.dead.store(false, Ordering::SeqCst);
    }

    /// One contact begins.
    pub(crate) fn meet(&self, contact: Contact) -> Fate {
        if self.happened() {
            return Fate::Gone;
        }
        let mut met = self.contacts();
        let number = met.iter().filter(|one| **one == contact).count();
        met.push(contact);
        match self.at {
            Some(point) if point.contact == contact && point.number == number => {
                if point.moment == Moment::Before {
                    self.strike();
                }
                Fate::Dies(point.moment)
            }
            _ => Fate::Lives,
        }
    }

    /// One call to Flink arrives there.
    pub(crate) fn interrupts(&self, call: &Call) -> Interrupt {
        self.interrupts_in(if call.is_mutation() {
            Contact::Change
        } else {
            Contact::Look
        })
    }

    /// A call arrives outside. Calls of a dead process are held until it has let go of them.
    pub(crate) fn interrupts_in(&self, contact: Contact) -> Interrupt {
        match self.meet(contact) {
            Fate::Lives => Interrupt::Proceed,
            Fate::Gone | Fate::Dies(Moment::Before) => Interrupt::HoldBeforeEffect,
            Fate::Dies(Moment::Within) => {
                self.strike();
                Interrupt::HoldAfterEffect
            }
            Fate::Dies(Moment::After) => {
                self.strike();
                Interrupt::Proceed
            }
        }
    }

    fn contacts(&self) -> std::sync::MutexGuard<'_, Vec<Contact>> {
        self.met.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
