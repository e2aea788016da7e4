//! Which of a story's points it is killed at.

use crate::death::{Contact, Moment, Point};

/// How many of a story's points are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thoroughness {
    /// The first and the last of each kind among [`Thoroughness::Distinct`]: for every push, over a chat's roads.
    Ends,
    /// These, and a few more: for every push, on the console.
    Few,
    /// All that leave another disk or another Flink: for every push too, in the stories that stand for the others.
    Distinct,
    /// Every point: the campaign.
    Every,
}

/// The variable that asks for every point.
const EVERY: &str = "SLUICE_TEST_EVERY_POINT";

/// Points of [`Thoroughness::Few`], beside the first and the last of each kind of contact.
const FEW: usize = 6;

impl Thoroughness {
    /// This, unless the environment asks for every point.
    pub fn or_every(self) -> Self {
        if std::env::var_os(EVERY).is_some_and(|value| !value.is_empty()) {
            Self::Every
        } else {
            self
        }
    }

    /// What is tried, for people.
    pub fn rule(self) -> &'static str {
        match self {
            Self::Ends => {
                "the first and the last of each kind of contact, out of those that leave another disk or another Flink; \
                 `make campaign` tries every point"
            }
            Self::Few => {
                "the first and the last of each kind of contact and a few evenly spread between, out of those that leave \
                 another disk or another Flink; `make campaign` tries every point"
            }
            Self::Distinct => {
                "before each entry, and around each delivery, each send and each call that changes something; in the \
                 first note (a message, a wake-up) and the first call that looks after each of these. Within a write \
                 the disk is as before the next one; later notes are of the same few kinds, and later looks find the \
                 same disk and the same Flink; `make campaign` tries every point"
            }
            Self::Every => "before and within each write and each send; before, within and after each call",
        }
    }

    /// The points among a story's writes and sends.
    pub fn writes(self, met: &[Contact]) -> Vec<Point> {
        let around: &[Moment] = &[Moment::Before, Moment::Within];
        let points = points(met, |news, contact| match (contact, self) {
            (Contact::Change | Contact::Look | Contact::Speak, _) => &[],
            (Contact::Hear | Contact::Send, _) | (_, Self::Every) => around,
            (Contact::Append, _) => &around[..1],
            (Contact::Note, _) if news => &around[..1],
            (Contact::Note | Contact::Samples, _) => &[],
        });
        self.some_of(points)
    }

    /// The points among a story's calls.
    pub fn calls(self, met: &[Contact]) -> Vec<Point> {
        let points = points(met, |news, contact| match (contact, self) {
            (Contact::Change, _) => &[Moment::Before, Moment::Within, Moment::After],
            (Contact::Speak, Self::Every) => &[Moment::Before, Moment::Within],
            (Contact::Speak, _) if news => &[Moment::Within],
            (Contact::Look, Self::Every) => &[Moment::Before, Moment::After],
            (Contact::Look, _) if news => &[Moment::Before],
            _ => &[],
        });
        self.some_of(points)
    }

    fn some_of(self, points: Vec<Point>) -> Vec<Point> {
        let few = match self {
            Self::Ends => 0,
            Self::Few => FEW,
            Self::Distinct | Self::Every => return points,
        };
        let is_at_an_end = |at: usize| {
            let is_same = |other: &Point| other.contact == points[at].contact;
            !points[..at].iter().any(is_same) || !points[at + 1..].iter().any(is_same)
        };
        let stride = points.len().checked_div(few).map(|stride| stride.max(1));
        let is_between = |at: usize| stride.is_some_and(|stride| at % stride == stride / 2);
        (0..points.len())
            .filter(|at| is_between(*at) || is_at_an_end(*at))
            .map(|at| points[at])
            .collect()
    }
}

/// The chosen moments of each contact; `moments` is told whether there is news since the last contact of the kind.
fn points(met: &[Contact], moments: impl Fn(bool, Contact) -> &'static [Moment]) -> Vec<Point> {
    let is_news = |contact: &Contact| {
        matches!(
            contact,
            Contact::Hear | Contact::Append | Contact::Send | Contact::Change
        )
    };
    let point = |at: usize| {
        let contact = met[at];
        let before = &met[..at];
        let number = before.iter().filter(|one| **one == contact).count();
        let since = before.iter().rev().take_while(|one| **one != contact);
        let news = number == 0 || since.into_iter().any(is_news);
        moments(news, contact).iter().map(move |moment| Point {
            contact,
            number,
            moment: *moment,
        })
    };
    (0..met.len()).flat_map(point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MET: [Contact; 9] = [
        Contact::Hear,
        Contact::Look,
        Contact::Look,
        Contact::Append,
        Contact::Note,
        Contact::Note,
        Contact::Look,
        Contact::Send,
        Contact::Change,
    ];

    fn shown(points: &[Point]) -> Vec<String> {
        points.iter().map(Point::to_string).collect()
    }

    #[test]
    fn all_that_is_new_is_distinct_and_one_of_what_follows() {
        assert_eq!(
            shown(&Thoroughness::Distinct.writes(&MET)),
            [
                "Before Hear 0",
                "Within Hear 0",
                "Before Append 0",
                "Before Note 0",
                "Before Send 0",
                "Within Send 0"
            ]
        );
        assert_eq!(
            shown(&Thoroughness::Distinct.calls(&MET)),
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
    fn a_few_are_the_ends_of_each_kind_and_some_between() {
        let long: Vec<Contact> = [Contact::Hear]
            .into_iter()
            .chain([Contact::Append, Contact::Note].repeat(20))
            .collect();
        let few = shown(&Thoroughness::Few.writes(&long));
        for end in [
            "Before Hear 0",
            "Before Append 0",
            "Before Append 19",
            "Before Note 0",
            "Before Note 19",
        ] {
            assert!(few.iter().any(|point| point == end), "{end} of {few:?}");
        }
        assert!((FEW..=FEW + 6).contains(&few.len()), "{few:?}");
    }

    #[test]
    fn the_campaign_tries_every_point() {
        assert_eq!(Thoroughness::Every.calls(&MET).len(), 3 * 2 + 3);
        assert_eq!(Thoroughness::Every.writes(&MET).len(), 5 * 2);
    }
}
