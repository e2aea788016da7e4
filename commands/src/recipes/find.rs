//! Which job is meant: by its name, its id, or the unique beginning of either.

use crate::ask::Target;
use crate::grammar::quoted;
use crate::names::Environment;
use crate::observed::{Cluster, Job};
use crate::refusal::{Code, Refusal};

/// The shortest beginning that is taken for a name or an id.
const SHORTEST_BEGINNING: usize = 6;

/// How many jobs a refusal lists.
const MOST_LISTED: usize = 10;

/// The job that is meant. `again` writes the same command for another job, given as typed; the refusal offers it.
///
/// A full name or id goes before a beginning. Refused as [`Code::UnknownJob`] or [`Code::AmbiguousJob`].
pub fn find_job<'a>(
    cluster: &'a Cluster,
    environment: &Environment,
    typed: &Target,
    again: impl Fn(&str) -> String,
) -> Result<&'a Job, Refusal> {
    let text = typed.0.as_str();
    let fits = |fits: fn(&Job, &str) -> bool| {
        cluster
            .jobs
            .iter()
            .filter(|job| fits(job, text))
            .collect::<Vec<_>>()
    };
    let mut found = fits(|job, text| job.name.as_str() == text || job.id.as_str().eq_ignore_ascii_case(text));
    if found.is_empty() && text.chars().count() >= SHORTEST_BEGINNING {
        found = fits(|job, text| {
            job.name.as_str().starts_with(text) || job.id.as_str().starts_with(&text.to_ascii_lowercase())
        });
    }
    match found[..] {
        [job] => Ok(job),
        [] => Err(unknown(cluster, environment, text, again)),
        _ => Err(ambiguous(cluster, environment, text, &found, again)),
    }
}

/// A job as it can be typed here: its name (in quotes where needed), or its id where the name is not its alone.
pub fn typed_name(cluster: &Cluster, job: &Job) -> String {
    let alone = cluster.jobs.iter().filter(|other| other.name == job.name).count() == 1;
    if alone {
        quoted(job.name.as_str())
    } else {
        job.id.to_string()
    }
}

fn unknown(
    cluster: &Cluster,
    environment: &Environment,
    text: &str,
    again: impl Fn(&str) -> String,
) -> Refusal {
    let known: Vec<String> = cluster.jobs.iter().map(|job| job.name.to_string()).collect();
    let mut near: Vec<&Job> = cluster
        .jobs
        .iter()
        .filter(|job| is_near(text, job.name.as_str()))
        .collect();
    near.sort_by_key(|job| strsim::osa_distance(&text.to_lowercase(), &job.name.as_str().to_lowercase()));
    let refusal = Refusal::new(Code::UnknownJob)
        .with("job", text)
        .with("environment", environment)
        .with("known", listed(&known));
    near.iter()
        .take(2)
        .fold(refusal, |refusal, job| {
            refusal.try_instead(again(&typed_name(cluster, job)))
        })
        .try_instead(format!("jobs {environment}"))
}

fn ambiguous(
    cluster: &Cluster,
    environment: &Environment,
    text: &str,
    found: &[&Job],
    again: impl Fn(&str) -> String,
) -> Refusal {
    let matches: Vec<String> = found
        .iter()
        .map(|job| format!("{} ({})", job.name, job.id))
        .collect();
    let refusal = Refusal::new(Code::AmbiguousJob)
        .with("job", text)
        .with("environment", environment)
        .with("matches", listed(&matches));
    found.iter().take(MOST_LISTED).fold(refusal, |refusal, job| {
        refusal.try_instead(again(&typed_name(cluster, job)))
    })
}

/// Whether somebody who typed `text` may have meant `name`: one wrong letter in three at most, or a part of it.
fn is_near(text: &str, name: &str) -> bool {
    let (text, name) = (text.to_lowercase(), name.to_lowercase());
    let wrong = strsim::osa_distance(&text, &name);
    wrong * 3 <= text.chars().count() || (text.chars().count() >= 3 && name.contains(&text))
}

/// The first few, and how many more there are.
fn listed(names: &[String]) -> String {
    let first = names
        .iter()
        .take(MOST_LISTED)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    match names.len().checked_sub(MOST_LISTED) {
        Some(more) if more > 0 => format!("{first} (+{more})"),
        _ => first,
    }
}
