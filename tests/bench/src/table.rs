//! The table that is printed, one row as soon as it is measured.

use std::time::Duration;

/// One measured thing.
#[derive(Debug, Clone)]
pub struct Row {
    /// What was measured.
    pub what: String,
    /// The numbers, with their units.
    pub measured: String,
    /// What it should be; empty: nothing was promised.
    pub budget: &'static str,
}

/// Prints what stands above the rows.
pub fn head() {
    line("what", "measured", "budget");
    println!("{}", "-".repeat(120));
}

/// Prints a row.
pub fn print(row: &Row) {
    line(&row.what, &row.measured, row.budget);
}

fn line(what: &str, measured: &str, budget: &str) {
    println!("{what:<44} {measured:<52} {budget}");
}

/// Milliseconds, as people read them.
pub fn ms(duration: Duration) -> String {
    let ms = duration.as_secs_f64() * 1e3;
    if ms < 10.0 {
        format!("{ms:.2} ms")
    } else {
        format!("{ms:.0} ms")
    }
}

/// The value below which `percent` of all lie; zero where there is none.
pub fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let at = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(at).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_a_value_that_was_measured() {
        let sorted: Vec<Duration> = (1..=200).map(Duration::from_millis).collect();
        assert_eq!(percentile(&sorted, 50), Duration::from_millis(100));
        assert_eq!(percentile(&sorted, 99), Duration::from_millis(198));
        assert_eq!(percentile(&sorted[..1], 99), Duration::from_millis(1));
        assert_eq!(percentile(&[], 99), Duration::ZERO);
    }
}
