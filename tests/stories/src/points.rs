//! Which of a story's points it is killed at.

use crate::death::{Contact, Moment, Point};

/// How many of a story's points are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thoroughness {
    /// Enough for every push; [`Thoroughness::rule`] says what is left out.
    Push,
    /// Every point.
    Every,
}

/// The variable that asks for every point.
const EVERY: &str = "SLUICE_TEST_EVERY_POINT";

impl Thoroughness {
    /// As the environment asks for it.
    pub fn of_this_run() -> Self {
        if std::env::var_os(EVERY).is_some_and(|value| !value.is_empty()) {
            Self::Every
        } else {
            Self::Push
        }
    }

    /// What is tried, for people.
    pub fn rule(self) -> &'static str {
        match self {
            Self::Push => {
                "before each write, and around each delivery, each send and each call that changes something; of calls \
                 that only look, in the first one after each of these. Within a write the disk is as before the next \
                 one, and all looks in between find the same disk and the same Flink: `make campaign` tries them too"
            }
            Self::Every => "before and within each write and each send, before, within and after each call",
        }
    }

    /// The points among a story's writes and sends.
    pub fn writes(self, met: &[Contact]) -> Vec<Point> {
        points(met, |_, contact| match (contact, self) {
            (Contact::Hear | Contact::Send, _) | (Contact::Write | Contact::Samples, Self::Every) => {
                &[Moment::Before, Moment::Within]
            }
            (Contact::Write, Self::Push) => &[Moment::Before],
            _ => &[],
        })
    }

    /// The points among a story's calls.
    pub fn calls(self, met: &[Contact]) -> Vec<Point> {
        points(met, |before, contact| match (contact, self) {
            (Contact::Change, _) => &[Moment::Before, Moment::Within, Moment::After],
            (Contact::Look, Self::Every) => &[Moment::Before, Moment::After],
            (Contact::Look, Self::Push) if before != Some(Contact::Look) => &[Moment::Before],
            _ => &[],
        })
    }
}

fn points(met: &[Contact], moments: impl Fn(Option<Contact>, Contact) -> &'static [Moment]) -> Vec<Point> {
    let before = std::iter::once(None).chain(met.iter().copied().map(Some));
    let numbered = met.iter().enumerate().map(|(at, contact)| {
        let number = met[..at].iter().filter(|one| *one == contact).count();
        (*contact, number)
    });
    before
        .zip(numbered)
        .flat_map(|(before, (contact, number))| {
            moments(before, contact).iter().map(move |moment| Point {
                contact,
                number,
                moment: *moment,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MET: [Contact; 7] = [
        Contact::Hear,
        Contact::Look,
        Contact::Look,
        Contact::Write,
        Contact::Look,
        Contact::Send,
        Contact::Change,
    ];

    #[test]
    fn a_push_tries_all_that_lasts_and_one_look_in_between() {
        let written: Vec<String> = Thoroughness::Push
            .writes(&MET)
            .iter()
            .map(Point::to_string)
            .collect();
        assert_eq!(
            written,
            [
                "Before Hear 0",
                "Within Hear 0",
                "Before Write 0",
                "Before Send 0",
                "Within Send 0"
            ]
        );
        let called: Vec<String> = Thoroughness::Push
            .calls(&MET)
            .iter()
            .map(Point::to_string)
            .collect();
        assert_eq!(
            called,
            [
                "Before Look 0",
                "Before Look 2",
                "Before Change 0",
                "Within Change 0",
                "After Change 0"
            ]
        );
    }

    #[test]
    fn the_campaign_tries_every_point() {
        assert_eq!(Thoroughness::Every.calls(&MET).len(), 3 * 2 + 3);
        assert_eq!(Thoroughness::Every.writes(&MET).len(), 3 * 2);
    }
}
