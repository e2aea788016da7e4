//! What environments must give: a Flink that answers, is new enough, and runs its jobs with a scheduler that rescales.

use approvals::ports::LookFor;
use commands::names::Environment as Name;
use commands::observed::{Cluster, Job, Scheduler, Seen};

use super::super::told;
use super::{Finding, host};
use crate::config::{Config, Environment};
use crate::wiring;

/// The first Flink that takes new bounds of a running job (FLIP-291).
const FLINK_MIN: (u32, u32) = (1, 18);

/// Tries every environment.
pub(super) async fn environments(config: &Config) -> Vec<Finding> {
    let platform = match wiring::platform_of(config) {
        Ok(platform) => platform,
        Err(why) => {
            let (key, outcome) = ("environments".to_owned(), Err(told(&why)));
            return vec![Finding { key, outcome }];
        }
    };
    let mut findings = Vec::new();
    for (name, environment) in &config.environments {
        let key = format!("environments.{name}");
        let observed = platform.look(name, &LookFor::default()).await;
        findings.extend(seen(name, environment, &observed.cluster));
        if let Some(launcher) = &environment.launcher {
            findings.extend(host::launcher(&format!("{key}.launcher"), launcher).await);
        }
    }
    findings
}

fn seen(name: &Name, environment: &Environment, cluster: &Seen<Cluster>) -> Vec<Finding> {
    let url = &environment.flink_url;
    let of_flink = |outcome| Finding {
        key: format!("environments.{name}.flink_url"),
        outcome,
    };
    let cluster = match cluster {
        Seen::Seen(cluster) => cluster,
        Seen::Unreachable { why } => {
            let why = format!("{url} does not answer ({why}); start Flink, or mend the address");
            return vec![of_flink(Err(why))];
        }
    };
    let mut findings = vec![of_flink(answers(url.as_str(), cluster))];
    findings.extend(cluster.jobs.iter().map(|job| of_flink(rescales(job))));
    findings
}

fn answers(url: &str, cluster: &Cluster) -> Result<String, String> {
    let version = &cluster.flink_version;
    if is_too_old(version) {
        let (major, minor) = FLINK_MIN;
        return Err(format!(
            "{url} is Flink {version}, which cannot rescale a running job; upgrade it to {major}.{minor} or newer"
        ));
    }
    let (machines, slots, jobs) = (cluster.task_managers.len(), cluster.slots(), cluster.jobs.len());
    let jobs = match jobs {
        0 => "no job, so its scheduler could not be seen".to_owned(),
        jobs => format!("jobs {jobs}"),
    };
    Ok(format!(
        "{url} is Flink {version}, TaskManagers {machines}, slots {slots}, {jobs}"
    ))
}

/// Whether the version, such as `2.3.0`, is below the first that works; one that cannot be read is not held against it.
fn is_too_old(version: &str) -> bool {
    let mut numbers = version.split('.').map(|number| number.parse::<u32>().ok());
    match (numbers.next().flatten(), numbers.next().flatten()) {
        (Some(major), Some(minor)) => (major, minor) < FLINK_MIN,
        _ => false,
    }
}

fn rescales(job: &Job) -> Result<String, String> {
    let name = &job.name;
    match job.scheduler {
        Scheduler::Adaptive => Ok(format!("job {name} can be rescaled while it runs")),
        Scheduler::Reactive => Err(format!(
            "job {name} runs in reactive mode, which takes all slots and no bounds; take scheduler-mode out of Flink's \
             config.yaml, set jobmanager.scheduler: adaptive, and start the job again"
        )),
        Scheduler::Other => Err(format!(
            "job {name} cannot be rescaled while it runs; set jobmanager.scheduler: adaptive in Flink's config.yaml and \
             start the job again"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::is_too_old;

    #[test]
    fn a_flink_that_cannot_rescale_a_running_job_is_too_old() {
        for (version, expected) in [
            ("1.17.2", true),
            ("1.18.0", false),
            ("2.3.0", false),
            ("2.4-SNAPSHOT", false),
        ] {
            assert_eq!(is_too_old(version), expected, "{version}");
        }
    }
}
