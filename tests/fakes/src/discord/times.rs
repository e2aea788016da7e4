//! Points in time as Discord writes them, in ids and in texts.

/// The first millisecond of 2015, where snowflakes begin.
pub(super) const EPOCH_MS: u64 = 1_420_070_400_000;

/// `2026-01-05T00:49:57.102000+00:00`, of epoch milliseconds.
pub(super) fn iso(millis: u64) -> String {
    let (days, rest) = (millis / 86_400_000, millis % 86_400_000);
    let (year, month, day) = date(days);
    let seconds = rest / 1_000;
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{:03}000+00:00",
        seconds / 3_600,
        seconds / 60 % 60,
        seconds % 60,
        rest % 1_000
    )
}

/// Year, month and day of a day since 1970 (Howard Hinnant's `civil_from_days`).
fn date(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (era * 400 + year + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::iso;

    #[test]
    fn a_time_reads_as_in_a_recorded_payload() {
        assert_eq!(iso(1_767_574_197_102), "2026-01-05T00:49:57.102000+00:00");
        assert_eq!(iso(951_782_400_000), "2000-02-29T00:00:00.000000+00:00");
    }
}
