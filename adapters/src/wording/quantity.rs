//! Numbers, spans and sizes as people read them: never more than three telling digits, never without a unit.

use commands::names::Millis;
use rust_i18n::t;

/// Writes quantities in one language.
#[derive(Debug, Clone, Copy)]
pub struct Quantities<'a> {
    /// The language.
    pub locale: &'a str,
}

impl Quantities<'_> {
    /// A whole number: `2,000`.
    pub fn count(&self, number: u64) -> String {
        self.grouped(&number.to_string())
    }

    /// A measured number: `0`, `0.42`, `4.5`, `450`, `2,000`, `12.3 k`, `1.20 M`, `3.00 G`.
    pub fn amount(&self, number: f64) -> String {
        if !number.is_finite() {
            return self.unknown();
        }
        let sign = if number < 0.0 { "-" } else { "" };
        let size = number.abs();
        match size {
            _ if size < 0.005 => "0".to_owned(),
            _ if size < 9.95 => format!("{sign}{}", self.small(size)),
            _ if size < 9_999.5 => format!("{sign}{}", self.count(size.round() as u64)),
            _ => format!("{sign}{}", self.scaled(size)),
        }
    }

    /// The same with its sign, for differences: `+410`, `-890 k`; `0` has none.
    pub fn difference(&self, number: f64) -> String {
        let written = self.amount(number);
        if number > 0.0 && written != "0" {
            format!("+{written}")
        } else {
            written
        }
    }

    /// Records in a second: `1,790/s`; `unknown` where that is `None` or no number.
    pub fn rate(&self, per_s: impl Into<Option<f64>>) -> String {
        self.per_s(per_s.into(), Self::amount)
    }

    /// A rate with its sign: `+410/s`; likewise.
    pub fn slope(&self, per_s: impl Into<Option<f64>>) -> String {
        self.per_s(per_s.into(), Self::difference)
    }

    fn per_s(&self, per_s: Option<f64>, written: fn(&Self, f64) -> String) -> String {
        match per_s.filter(|per_s| per_s.is_finite()) {
            Some(per_s) => t!("unit.per_s", locale = self.locale, n = written(self, per_s)).into_owned(),
            None => self.unknown(),
        }
    }

    /// A share of 1: `99 %`; a little is never nothing, and nearly all is never all.
    pub fn share(&self, part: f64) -> String {
        let percent = part * 100.0;
        let n = if !percent.is_finite() {
            return self.unknown();
        } else if percent > 99.0 && percent < 100.0 {
            "99".to_owned()
        } else if percent > 0.0 && percent < 0.95 {
            self.decimals(percent.max(0.1), 1)
        } else {
            self.count(percent.round().max(0.0) as u64)
        };
        t!("unit.percent", locale = self.locale, n = n).into_owned()
    }

    /// How many times as much: `x4.0`.
    pub fn times(&self, factor: f64) -> String {
        if factor >= 9.95 {
            format!("x{}", self.amount(factor))
        } else {
            format!("x{}", self.decimals(factor, 1))
        }
    }

    /// A span: `0.4 s`, `41 s`, `2 min 10 s`, `18 min`, `1 h 5 min`, `3 d 4 h`.
    pub fn span(&self, span: Millis) -> String {
        let seconds = span.0.div_ceil(500) / 2;
        match (span.0, seconds) {
            (0, _) => self.unit("unit.s", "0"),
            (ms, s) if ms < 9_950 && ms % 1000 == 0 => self.unit("unit.s", &s.to_string()),
            (ms, _) if ms < 9_950 => self.unit("unit.s", &self.decimals((ms.max(50)) as f64 / 1000.0, 1)),
            (_, s) if s < 60 => self.unit("unit.s", &s.to_string()),
            (_, s) if s < 600 => self.two("unit.min", s / 60, "unit.s", s % 60),
            (_, s) if s < 3_570 => self.unit("unit.min", &rounded(s, 60).to_string()),
            (_, s) if s < 86_370 => {
                let minutes = rounded(s, 60);
                self.two("unit.h", minutes / 60, "unit.min", minutes % 60)
            }
            (_, s) => {
                let hours = rounded(s, 3_600);
                self.two("unit.d", hours / 24, "unit.h", hours % 24)
            }
        }
    }

    /// Bytes: `512 B`, `3.1 MiB`, `1.69 GiB`.
    pub fn bytes(&self, bytes: u64) -> String {
        const UNITS: [(&str, u64); 4] = [
            ("TiB", 1 << 40),
            ("GiB", 1 << 30),
            ("MiB", 1 << 20),
            ("KiB", 1 << 10),
        ];
        match UNITS.iter().find(|(_, size)| bytes >= *size) {
            Some((unit, size)) => format!("{} {unit}", self.three_digits(bytes as f64 / *size as f64)),
            None => format!("{bytes} B"),
        }
    }

    /// What stands where a number is not known.
    pub fn unknown(&self) -> String {
        t!("unknown", locale = self.locale).into_owned()
    }

    /// Below ten: whole numbers as they are, others with one decimal or, below one, with two.
    fn small(&self, size: f64) -> String {
        match size {
            _ if (size - size.round()).abs() < 0.005 => self.decimals(size, 0),
            _ if size < 0.995 => self.decimals(size, 2),
            _ => self.decimals(size, 1),
        }
    }

    fn scaled(&self, size: f64) -> String {
        const UNITS: [(&str, f64); 4] = [("T", 1e12), ("G", 1e9), ("M", 1e6), ("k", 1e3)];
        let (unit, scale) = UNITS
            .into_iter()
            .find(|(_, scale)| size >= scale * 0.9995)
            .unwrap_or(("k", 1e3));
        format!("{} {unit}", self.three_digits(size / scale))
    }

    fn three_digits(&self, number: f64) -> String {
        match number {
            _ if number < 9.995 => self.decimals(number, 2),
            _ if number < 99.95 => self.decimals(number, 1),
            _ => self.count(number.round() as u64),
        }
    }

    fn decimals(&self, number: f64, places: usize) -> String {
        let written = format!("{number:.places$}");
        written.replace('.', &t!("number.point", locale = self.locale))
    }

    fn grouped(&self, digits: &str) -> String {
        let comma = t!("number.comma", locale = self.locale);
        let first = digits.len() % 3;
        let mut groups: Vec<&str> = Vec::new();
        if first > 0 {
            groups.push(&digits[..first]);
        }
        groups.extend(
            digits.as_bytes()[first..]
                .chunks(3)
                .filter_map(|c| str::from_utf8(c).ok()),
        );
        groups.join(&comma)
    }

    fn unit(&self, key: &str, n: &str) -> String {
        t!(key, locale = self.locale, n = n).into_owned()
    }

    fn two(&self, large: &str, n: u64, small: &str, rest: u64) -> String {
        let large = self.unit(large, &n.to_string());
        if rest == 0 {
            large
        } else {
            format!("{large} {}", self.unit(small, &rest.to_string()))
        }
    }
}

fn rounded(seconds: u64, unit: u64) -> u64 {
    (seconds + unit / 2) / unit
}

#[cfg(test)]
mod tests {
    use super::*;

    const EN: Quantities<'static> = Quantities { locale: "en" };

    #[test]
    fn amounts_have_three_telling_digits_at_most() {
        let written: Vec<String> = [
            0.0,
            0.42,
            4.0,
            4.5,
            450.0,
            2_000.0,
            9_999.0,
            12_345.0,
            999_900.0,
            1_204_000.0,
            3e9,
            -890_000.0,
            f64::NAN,
        ]
        .iter()
        .map(|n| EN.amount(*n))
        .collect();
        assert_eq!(
            written,
            [
                "0", "0.42", "4", "4.5", "450", "2,000", "9,999", "12.3 k", "1.00 M", "1.20 M", "3.00 G",
                "-890 k", "unknown"
            ]
        );
    }

    #[test]
    fn spans_read_like_a_clock() {
        let written: Vec<String> = [
            0,
            1,
            400,
            6_800,
            9_960,
            41_000,
            59_600,
            130_000,
            300_000,
            1_080_000,
            3_900_000,
            273_600_000,
        ]
        .iter()
        .map(|ms| EN.span(Millis(*ms)))
        .collect();
        assert_eq!(
            written,
            [
                "0 s",
                "0.1 s",
                "0.4 s",
                "6.8 s",
                "10 s",
                "41 s",
                "1 min",
                "2 min 10 s",
                "5 min",
                "18 min",
                "1 h 5 min",
                "3 d 4 h"
            ]
        );
    }

    #[test]
    fn shares_are_honest_at_both_ends() {
        let written: Vec<String> = [0.0, 0.0004, 0.61, 0.996, 1.0]
            .iter()
            .map(|n| EN.share(*n))
            .collect();
        assert_eq!(written, ["0 %", "0.1 %", "61 %", "99 %", "100 %"]);
    }

    #[test]
    fn sizes_and_factors() {
        assert_eq!(EN.bytes(1728 << 20), "1.69 GiB");
        assert_eq!(EN.bytes(3_250_586), "3.10 MiB");
        assert_eq!(EN.bytes(512), "512 B");
        assert_eq!(EN.times(3.98), "x4.0");
        assert_eq!(EN.count(1_234_567), "1,234,567");
        assert_eq!(EN.slope(410.0), "+410/s");
        assert_eq!(
            (EN.rate(0.0), EN.rate(None), EN.slope(f64::NAN)),
            ("0/s".into(), EN.unknown(), EN.unknown())
        );
    }
}
