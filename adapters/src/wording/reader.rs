//! Who reads: in which language, and by which clock.

use std::collections::BTreeMap;

use approvals::people::{People, Profile};
use commands::names::{At, Person};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::chat::card::mark;

/// Language and time zone of one reader, or of the channel that many read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    /// BCP 47, such as `en` or `pt-BR`; a language without words reads English.
    pub locale: String,
    /// The zone in which times are written.
    pub zone: TimeZone,
}

impl Reader {
    /// Of this language and IANA zone; a zone that does not exist is UTC.
    pub fn new(locale: &str, zone: Option<&str>) -> Self {
        let zone = zone.and_then(|name| TimeZone::get(name).ok());
        Self {
            locale: locale.to_owned(),
            zone: zone.unwrap_or(TimeZone::UTC),
        }
    }

    /// A time of day, with its zone and, where it is another day than `now`, the date: `14:32 UTC`.
    pub fn time(&self, at: At, now: At) -> String {
        self.written(at, now, "%H:%M %Z")
    }

    /// To the second: `14:33:07 UTC`.
    pub fn second(&self, at: At, now: At) -> String {
        self.written(at, now, "%H:%M:%S %Z")
    }

    /// To the second and without the zone, for pictures: `14:33:07`.
    pub fn clock(&self, at: At) -> String {
        let Ok(instant) = Timestamp::from_millisecond(at.0) else {
            return String::new();
        };
        instant
            .to_zoned_datetime(self.zone.clone())
            .strftime("%H:%M:%S")
            .to_string()
    }

    fn written(&self, at: At, now: At, format: &str) -> String {
        let (Ok(instant), Ok(now)) = (
            Timestamp::from_millisecond(at.0),
            Timestamp::from_millisecond(now.0),
        ) else {
            return mark::time(at, &at.0.to_string());
        };
        let instant = instant.to_zoned_datetime(self.zone.clone());
        let same_day = instant.date() == now.to_zoned_datetime(self.zone.clone()).date();
        let format = if same_day {
            format.to_owned()
        } else {
            format!("%Y-%m-%d {format}")
        };
        mark::time(at, &instant.strftime(&format).to_string())
    }
}

/// Everybody who reads: the channels, and each person where only he or she does.
#[derive(Debug, Clone)]
pub struct Readers {
    channel: Reader,
    persons: BTreeMap<Person, Reader>,
}

impl Readers {
    /// Channels read `language`, in UTC; a person whose profile says nothing else reads like a channel.
    pub fn new(language: &str, people: &People) -> Self {
        let channel = Reader::new(language, None);
        let reader = |profile: &Profile| {
            let language = profile.language.as_deref().unwrap_or(language);
            Reader::new(language, profile.time_zone.as_deref())
        };
        let persons = people.persons.iter();
        let persons = persons.map(|(person, profile)| (person.clone(), reader(profile)));
        Self {
            channel,
            persons: persons.collect(),
        }
    }

    /// The person, where it is one that the config names; else the channel.
    pub fn of(&self, person: Option<&Person>) -> &Reader {
        person
            .and_then(|person| self.persons.get(person))
            .unwrap_or(&self.channel)
    }
}

impl From<Reader> for Readers {
    /// Everybody reads like this.
    fn from(channel: Reader) -> Self {
        let persons = BTreeMap::new();
        Self { channel, persons }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::card::Text;

    #[test]
    fn times_name_their_zone_and_another_day_its_date() {
        let noon = At(1_795_521_600_000);
        let reader = Reader::new("en", Some("Europe/Lisbon"));
        let plain = |marked: String| Text::from(marked).plain();
        assert_eq!(plain(reader.time(noon, noon)), "12:00 WET");
        assert_eq!(
            plain(reader.second(At(noon.0 + 86_400_000), noon)),
            "2026-11-25 12:00:00 WET"
        );
    }

    #[test]
    fn an_unknown_zone_is_utc() {
        assert_eq!(Reader::new("en", Some("Mars/Base")).zone, TimeZone::UTC);
    }
}
