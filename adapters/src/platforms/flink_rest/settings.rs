//! `GET /jobmanager/config`: what is set there and matters to us, else Flink's own defaults
//! (<https://nightlies.apache.org/flink/flink-docs-release-2.3/docs/deployment/config/>).

use commands::names::Millis;
use commands::observed::RescaleTimes;

use super::wire::{RescaleConfig, Setting};

/// The JobManager's configuration, as far as it tells.
#[derive(Debug, Clone, Default)]
pub struct Settings(Vec<Setting>);

impl Settings {
    /// What the JobManager said.
    pub fn new(settings: Vec<Setting>) -> Self {
        Self(settings)
    }

    /// The value of the first of these options that is set: the present name first, older ones after it.
    fn get(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| {
            let setting = self.0.iter().find(|setting| setting.key == *name)?;
            Some(setting.value.as_str())
        })
    }

    fn millis(&self, names: &[&str]) -> Option<Millis> {
        self.get(names).and_then(duration)
    }

    /// Whether the JobManager keeps jobs over its own death.
    pub fn high_availability(&self) -> bool {
        self.get(&["high-availability.type", "high-availability"])
            .is_some_and(|kind| !kind.eq_ignore_ascii_case("none"))
    }

    /// How long a dead TaskManager may stay listed.
    pub fn heartbeat_timeout(&self) -> Millis {
        self.millis(&["heartbeat.timeout"]).unwrap_or(Millis::seconds(50))
    }

    /// Whether every job takes all the slots there are.
    pub fn is_reactive(&self) -> bool {
        self.get(&["scheduler-mode"])
            .is_some_and(|mode| mode.eq_ignore_ascii_case("reactive"))
    }

    /// The adaptive scheduler's own times: what it says of this job, else what is set, else the defaults.
    pub fn rescale_times(
        &self,
        of_job: Option<&RescaleConfig>,
        checkpoint_interval: Option<Millis>,
    ) -> RescaleTimes {
        let of_job = |field: fn(&RescaleConfig) -> Option<u64>| of_job.and_then(field).map(Millis);
        RescaleTimes {
            cooldown: of_job(|config| config.executing_cooldown_timeout_in_millis)
                .or_else(|| {
                    self.millis(&[
                        "jobmanager.adaptive-scheduler.executing.cooldown-after-rescaling",
                        "jobmanager.adaptive-scheduler.scaling-interval.min",
                    ])
                })
                .unwrap_or(Millis::seconds(30)),
            max_delay: of_job(|config| config.maximum_delay_for_triggering_rescale_in_millis)
                .or_else(|| {
                    self.millis(&[
                        "jobmanager.adaptive-scheduler.rescale-trigger.max-delay",
                        "jobmanager.adaptive-scheduler.scaling-interval.max",
                    ])
                })
                .unwrap_or(
                    checkpoint_interval.map_or(Millis(0), |interval| Millis(interval.0.saturating_mul(3))),
                ),
            stabilization: of_job(|config| config.executing_resource_stabilization_timeout_in_millis)
                .or_else(|| {
                    self.millis(&[
                        "jobmanager.adaptive-scheduler.executing.resource-stabilization-timeout",
                        "jobmanager.adaptive-scheduler.resource-stabilization-timeout",
                    ])
                })
                .unwrap_or(Millis::seconds(60)),
        }
    }
}

/// A duration as Flink reads it: `8000` (ms), `30 s`, `1min`. Less than a millisecond is none.
fn duration(text: &str) -> Option<Millis> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let millis = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "ms" | "milli" | "millis" | "millisecond" | "milliseconds" => 1,
        "s" | "sec" | "secs" | "second" | "seconds" => 1000,
        "m" | "min" | "minute" | "minutes" => 60_000,
        "h" | "hour" | "hours" => 3_600_000,
        "d" | "day" | "days" => 86_400_000,
        _ => return None,
    };
    number
        .parse::<u64>()
        .ok()
        .map(|number| Millis(number.saturating_mul(millis)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(pairs: &[(&str, &str)]) -> Settings {
        let setting = |(key, value): &(&str, &str)| Setting {
            key: (*key).to_owned(),
            value: (*value).to_owned(),
        };
        Settings::new(pairs.iter().map(setting).collect())
    }

    #[test]
    fn durations_are_read_as_flink_reads_them() {
        for (text, millis) in [
            ("8000", Some(8000)),
            ("30 s", Some(30_000)),
            ("1min", Some(60_000)),
            (" 2 Hours ", Some(7_200_000)),
            ("0", Some(0)),
            ("s", None),
            ("-1 s", None),
            ("5 fortnights", None),
        ] {
            assert_eq!(duration(text), millis.map(Millis), "{text}");
        }
    }

    #[test]
    fn what_is_not_set_is_as_flink_has_it() {
        let nothing = settings(&[]);
        assert!(!nothing.high_availability());
        assert_eq!(nothing.heartbeat_timeout(), Millis::seconds(50));
        assert_eq!(
            nothing.rescale_times(None, Some(Millis::seconds(5))),
            RescaleTimes {
                cooldown: Millis::seconds(30),
                max_delay: Millis::seconds(15),
                stabilization: Millis::seconds(60)
            }
        );
        assert_eq!(nothing.rescale_times(None, None).max_delay, Millis(0));
    }

    #[test]
    fn older_names_are_understood() {
        let old = settings(&[
            ("high-availability", "zookeeper"),
            ("jobmanager.adaptive-scheduler.scaling-interval.min", "7 s"),
        ]);
        assert!(old.high_availability());
        assert_eq!(old.rescale_times(None, None).cooldown, Millis::seconds(7));
        assert!(!settings(&[("high-availability.type", "NONE")]).high_availability());
    }
}
