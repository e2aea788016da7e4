//! How an environment and its jobs are doing: `status`, `jobs`, `settings`, `snapshot`.

use std::collections::BTreeMap;

use approvals::notice::Row;
use commands::ask::{Ask, Look, Named, Target};
use commands::grammar::text_of;
use commands::names::{JobId, JobName};
use commands::observed::{Cluster, Job, Observed, Scheduler, Seen};
use commands::signals::Signal;
use commands::sizing;
use commands::windows::{Sample, Window};
use rust_i18n::t;

use crate::chat::card::{Card, Part, Tone, mark};
use crate::wording::{Voice, fit, short_id};

/// How many jobs, vertices or TaskManagers a message lists before it counts the rest.
const MOST_LISTED: usize = 20;
/// How wide a table's first column may be, so that a phone shows the others too.
const NAME_COLUMNS: usize = 18;

impl Voice<'_> {
    pub(super) fn status(
        &self,
        observed: &Observed,
        job: Option<&JobId>,
        recent: &BTreeMap<String, Window>,
        open: &[Row],
        here: bool,
    ) -> Card {
        let cluster = match self.reached(observed) {
            Ok(cluster) => cluster,
            Err(card) => return *card,
        };
        let window = |job: &Job| recent.get(job.id.as_str());
        let card = match job.and_then(|id| cluster.job(id)) {
            Some(job) => self
                .job_status(observed, job, window(job))
                .command(self.typed(&text_of(&snapshot_of(observed, job, here)))),
            None => {
                let jobs = cluster.jobs.iter().take(MOST_LISTED);
                let lines = jobs.map(|job| Part::Line {
                    text: self.job_line(job, window(job)).into(),
                });
                Card::new(Tone::Plain, self.cluster_line(observed, cluster))
                    .parts(lines)
                    .parts(self.uncounted(cluster.jobs.len()))
            }
        };
        if open.is_empty() {
            return card;
        }
        card.line(t!("status.open", locale = self.locale()))
            .parts(open.iter().take(MOST_LISTED).map(|row| self.row_line(row)))
    }

    pub(super) fn jobs(&self, observed: &Observed) -> Card {
        let cluster = match self.reached(observed) {
            Ok(cluster) => cluster,
            Err(card) => return *card,
        };
        let (locale, environment) = (self.locale(), &observed.environment);
        if cluster.jobs.is_empty() {
            return Card::new(
                Tone::Plain,
                t!("jobs.none", locale = locale, environment = environment),
            );
        }
        let head = vec![
            t!("table.job", locale = locale).into_owned(),
            t!("table.state", locale = locale).into_owned(),
            t!("table.parallelism", locale = locale).into_owned(),
        ];
        let rows = cluster.jobs.iter().take(MOST_LISTED).map(|job| {
            vec![
                fit_name(job.name.as_str()),
                job.state.word().to_owned(),
                job.parallelism().to_string(),
            ]
        });
        let ids = cluster.jobs.iter().take(MOST_LISTED).map(|job| {
            let (name, id) = (self.name(job.name.as_str()), mark::code(job.id.as_str()));
            Part::Hint {
                text: t!("jobs.id", locale = locale, name = name, id = id).into(),
            }
        });
        Card::new(
            Tone::Plain,
            t!("jobs.headline", locale = locale, environment = environment),
        )
        .parts([Part::Table {
            head,
            rows: rows.collect(),
        }])
        .parts(self.uncounted(cluster.jobs.len()))
        .parts(ids)
    }

    pub(super) fn settings(&self, observed: &Observed, job: Option<&JobId>) -> Card {
        let cluster = match self.reached(observed) {
            Ok(cluster) => cluster,
            Err(card) => return *card,
        };
        match job.and_then(|id| cluster.job(id)) {
            Some(job) => self.job_settings(job),
            None => self.cluster_settings(observed, cluster),
        }
    }

    pub(super) fn snapshot(&self, job: &JobName, window: Option<&Window>, samples: &[Sample]) -> Card {
        let (locale, name) = (self.locale(), self.name(job.as_str()));
        let Some(window) = window else {
            return Card::new(Tone::Plain, t!("snapshot.none", locale = locale, job = name))
                .line(t!("snapshot.none_then", locale = locale));
        };
        let length = self.quantities().span(window.to.since(window.from));
        let until = self.second(window.to);
        let headline = match window.stats.get(&Signal::Backlog) {
            Some(backlog) => t!(
                "snapshot.headline",
                locale = locale,
                job = name,
                backlog = self.quantities().amount(backlog.last),
                slope = self.quantities().slope(backlog.per_s)
            ),
            None => t!("snapshot.headline_bare", locale = locale, job = name),
        };
        Card::new(Tone::Plain, headline)
            .parts([self.readings(window)])
            .hint(t!(
                "snapshot.looked_at",
                locale = locale,
                length = length,
                until = until,
                samples = window.samples
            ))
            .with_chart(self.picture_of_job(&name, samples, None))
    }

    fn reached<'o>(&self, observed: &'o Observed) -> Result<&'o Cluster, Box<Card>> {
        let (locale, environment) = (self.locale(), &observed.environment);
        match &observed.cluster {
            Seen::Seen(cluster) => Ok(cluster),
            Seen::Unreachable { why } => {
                let headline = t!("status.unreachable", locale = locale, environment = environment);
                let card = Card::new(Tone::Bad, headline)
                    .fact(t!("label.why", locale = locale), self.quote(why))
                    .hint(t!("status.unreachable_then", locale = locale));
                Err(Box::new(card))
            }
        }
    }

    fn cluster_line(&self, observed: &Observed, cluster: &Cluster) -> String {
        let used: u32 = cluster
            .jobs
            .iter()
            .filter(|job| job.state.holds_slots())
            .map(Job::slots_needed)
            .sum();
        t!(
            "status.cluster",
            locale = self.locale(),
            environment = observed.environment,
            version = self.name(&cluster.flink_version),
            task_managers = cluster.task_managers.len(),
            used = used,
            slots = cluster.slots(),
            jobs = cluster.jobs.len()
        )
        .into_owned()
    }

    /// `orders RUNNING at parallelism 1 · backlog 1.20 M (+420/s) · out 450/s · busy 99 %`
    fn job_line(&self, job: &Job, window: Option<&Window>) -> String {
        let locale = self.locale();
        let stands = t!(
            "status.job",
            locale = locale,
            job = self.name(job.name.as_str()),
            state = job.state.word(),
            parallelism = job.parallelism()
        );
        let mut said = vec![stands.into_owned()];
        said.extend(window.into_iter().flat_map(|window| self.in_short(window)));
        said.join(" · ")
    }

    fn in_short(&self, window: &Window) -> Vec<String> {
        let (locale, quantities) = (self.locale(), self.quantities());
        let backlog = window.stats.get(&Signal::Backlog).map(|backlog| {
            t!(
                "status.backlog",
                locale = locale,
                backlog = quantities.amount(backlog.last),
                slope = quantities.slope(backlog.per_s)
            )
        });
        let out = Some(t!(
            "status.out",
            locale = locale,
            rate = quantities.rate(sizing::leaving_per_s(window))
        ));
        let busy = window.stats.get(&Signal::Busy).map(|busy| {
            t!(
                "status.busy",
                locale = locale,
                busy = quantities.share(busy.mean / 1000.0)
            )
        });
        [backlog, out, busy]
            .into_iter()
            .flatten()
            .map(std::borrow::Cow::into_owned)
            .collect()
    }

    fn job_status(&self, observed: &Observed, job: &Job, window: Option<&Window>) -> Card {
        let locale = self.locale();
        let card = Card::new(Tone::Plain, self.job_line(job, window))
            .fact(
                t!("label.checkpoints", locale = locale),
                self.checkpoints(observed, job),
            )
            .fact(
                t!("label.running", locale = locale),
                t!(
                    "status.subtasks",
                    locale = locale,
                    running = job.vertices.iter().map(|v| v.running).sum::<u32>(),
                    wanted = job.vertices.iter().map(|v| v.parallelism).sum::<u32>(),
                    restarts = job.restarts,
                    max = job.max_parallelism()
                ),
            );
        match window {
            Some(window) => card.parts([self.readings(window)]),
            None => card.hint(t!("snapshot.none_then", locale = locale)),
        }
    }

    fn checkpoints(&self, observed: &Observed, job: &Job) -> String {
        let (locale, quantities, is) = (self.locale(), self.quantities(), &job.checkpoints);
        let last = is.last_completed.as_ref().map(|last| {
            t!(
                "checkpoints.last",
                locale = locale,
                id = last.id,
                ago = quantities.span(observed.at.since(last.triggered_at)),
                took = quantities.span(last.duration),
                size = quantities.bytes(last.size_bytes)
            )
        });
        let every = match is.interval {
            Some(interval) => t!(
                "checkpoints.every",
                locale = locale,
                interval = quantities.span(interval)
            ),
            None => t!("checkpoints.none", locale = locale),
        };
        let counted = t!(
            "checkpoints.counted",
            locale = locale,
            completed = is.completed,
            failed = is.failed
        );
        let said: Vec<String> = [Some(every), Some(counted), last]
            .into_iter()
            .flatten()
            .map(std::borrow::Cow::into_owned)
            .collect();
        said.join(" · ")
    }

    fn job_settings(&self, job: &Job) -> Card {
        let locale = self.locale();
        let name = self.name(job.name.as_str());
        let scheduler = match job.scheduler {
            Scheduler::Adaptive => t!("settings.adaptive", locale = locale),
            Scheduler::Reactive => t!("settings.reactive", locale = locale),
            Scheduler::Other => t!("settings.default", locale = locale),
        };
        let every = match job.checkpoints.interval {
            Some(interval) => t!(
                "checkpoints.every",
                locale = locale,
                interval = self.quantities().span(interval)
            ),
            None => t!("checkpoints.none", locale = locale),
        };
        Card::new(
            Tone::Plain,
            t!(
                "settings.job",
                locale = locale,
                job = name,
                id = short_id(&job.id)
            ),
        )
        .parts([self.vertices(job)])
        .parts(self.uncounted(job.vertices.len()))
        .fact(t!("label.scheduler", locale = locale), scheduler)
        .fact(t!("label.checkpoints", locale = locale), every)
        .fact(t!("label.job_id", locale = locale), mark::code(job.id.as_str()))
    }

    fn vertices(&self, job: &Job) -> Part {
        let locale = self.locale();
        let head = vec![
            t!("table.vertex", locale = locale).into_owned(),
            t!("table.now", locale = locale).into_owned(),
            t!("table.bounds", locale = locale).into_owned(),
            t!("table.max", locale = locale).into_owned(),
        ];
        let bounds = |vertex: &commands::observed::Vertex| {
            let bounds = job.bounds.as_ref()?.get(&vertex.id)?;
            Some(format!("{}…{}", bounds.lower, bounds.upper))
        };
        let rows = job.vertices.iter().take(MOST_LISTED).map(|vertex| {
            vec![
                fit_name(&vertex.name),
                vertex.parallelism.to_string(),
                bounds(vertex).unwrap_or_else(|| "-".to_owned()),
                vertex.max_parallelism.to_string(),
            ]
        });
        Part::Table {
            head,
            rows: rows.collect(),
        }
    }

    fn cluster_settings(&self, observed: &Observed, cluster: &Cluster) -> Card {
        let (locale, quantities) = (self.locale(), self.quantities());
        let head = vec![
            t!("table.task_manager", locale = locale).into_owned(),
            t!("table.slots", locale = locale).into_owned(),
            t!("table.started_by", locale = locale).into_owned(),
        ];
        let rows = cluster.task_managers.iter().take(MOST_LISTED).map(|tm| {
            let by = if tm.ours {
                t!("settings.ours", locale = locale)
            } else {
                t!("settings.foreign", locale = locale)
            };
            vec![fit_name(tm.id.as_str()), tm.slots.to_string(), by.into_owned()]
        });
        let available = match cluster.high_availability {
            Some(true) => t!("settings.ha_on", locale = locale),
            Some(false) => t!("settings.ha_off", locale = locale),
            None => t!("unknown", locale = locale),
        };
        let launcher = match &cluster.launcher {
            Some(launcher) => t!(
                "settings.launcher",
                locale = locale,
                slots = launcher.slots,
                memory = quantities.bytes(launcher.memory_bytes),
                max = launcher.max
            ),
            None => t!("settings.no_launcher", locale = locale),
        };
        let headline = t!(
            "settings.cluster",
            locale = locale,
            environment = observed.environment,
            version = self.name(&cluster.flink_version)
        );
        Card::new(Tone::Plain, headline)
            .parts([Part::Table {
                head,
                rows: rows.collect(),
            }])
            .parts(self.uncounted(cluster.task_managers.len()))
            .fact(t!("label.high_availability", locale = locale), available)
            .fact(t!("label.launcher", locale = locale), launcher)
    }

    fn uncounted(&self, all: usize) -> Option<Part> {
        let more = all.checked_sub(MOST_LISTED).filter(|more| *more > 0)?;
        Some(Part::Hint {
            text: t!("more", locale = self.locale(), count = more).into(),
        })
    }
}

/// The look at a job's metrics; where the channel is another environment's, it names this one.
fn snapshot_of(observed: &Observed, job: &Job, here: bool) -> Ask {
    Ask::Look(Look::Snapshot(Named {
        target: Target(job.name.to_string()),
        environment: (!here).then(|| observed.environment.clone()),
    }))
}

fn fit_name(name: &str) -> String {
    fit(name, NAME_COLUMNS)
}
