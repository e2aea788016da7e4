//! Flink without a resource manager of its own: its REST API, and TaskManager processes of this host where the config
//! has a launcher.
//!
//! Classes of delivery, step by step:
//!
//! | step | sent again | between our look and our act |
//! |---|---|---|
//! | checkpoint | Flink knows the key (`triggerId`) and makes no second one | nothing can go wrong |
//! | new bounds | the same bounds restart nothing | Flink REST has no version to compare: bounds that somebody else sets in that moment are overwritten |
//! | start a TaskManager | found by its name, which is made from the key | nothing can go wrong |
//! | stop a TaskManager | one that has ended stays ended | tasks may come to it: the job then restarts once more |

mod java;
pub mod launcher;
pub mod memory;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use approvals::ports::{Clock, Fault, Handle, LookFor, Permit, Platform, Sampling};
use async_trait::async_trait;
use commands::names::{Environment, StepKey, TaskManagerId};
use commands::observed::{Cluster, Launcher as Means, Observed, Seen};
use commands::plan::{Action, Output, Value};
use url::Url;

use super::flink_rest::encode::encode;
use super::flink_rest::{FlinkRest, wire};
use crate::http::{self, Limits, Reach, Request, egress, rejected};
use crate::metrics::job_manager::JobManagerMetrics;
use launcher::Launcher;

/// How long a whole look may take; each call has its own bound below that.
const LOOK_WITHIN: Duration = Duration::from_secs(20);

/// The handle of a step for which nothing is sent.
const NOTHING_SENT: &str = "-";

/// What the config says about one environment.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where Flink's REST API is.
    pub flink_url: Url,
    /// The means to start TaskManagers on this host; needs a loopback `flink_url`.
    pub launcher: Option<launcher::Config>,
}

/// Why an environment's config cannot work.
#[derive(Debug, thiserror::Error)]
pub enum Misconfigured {
    /// A launcher starts processes here, for a Flink that is elsewhere.
    #[error("a launcher needs a flink_url on this machine, such as http://127.0.0.1:8081")]
    NotLoopback,
    /// The launcher's own mistakes.
    #[error(transparent)]
    Launcher(#[from] launcher::Misconfigured),
    /// The address.
    #[error(transparent)]
    Http(#[from] http::Misconfigured),
}

/// Every environment of the platform `standalone`.
pub struct Standalone {
    clusters: BTreeMap<Environment, Site>,
    clock: Arc<dyn Clock>,
}

/// One environment.
struct Site {
    flink: FlinkRest,
    launcher: Option<Launcher>,
    metrics: JobManagerMetrics,
}

impl Standalone {
    /// Checks the config; nothing is contacted.
    ///
    /// # Errors
    /// With the first environment whose config cannot work.
    pub fn new(
        environments: BTreeMap<Environment, Config>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, (Environment, Misconfigured)> {
        let sites = environments
            .into_iter()
            .map(|(environment, config)| match Site::new(config) {
                Ok(site) => Ok((environment, site)),
                Err(error) => Err((environment, error)),
            });
        Ok(Self {
            clusters: sites.collect::<Result<_, _>>()?,
            clock,
        })
    }

    fn site(&self, environment: &Environment) -> Result<&Site, Fault> {
        self.clusters.get(environment).ok_or_else(|| {
            rejected(
                "UNKNOWN_ENVIRONMENT",
                format!("{environment} is no standalone environment"),
                "not in the config",
            )
        })
    }
}

#[async_trait]
impl Platform for Standalone {
    async fn look(&self, environment: &Environment, look_for: &LookFor) -> Observed {
        let at = self.clock.now();
        let cluster = match self.site(environment) {
            Ok(site) => site.look(look_for).await,
            Err(fault) => Seen::Unreachable {
                why: fault.to_string(),
            },
        };
        Observed {
            at,
            environment: environment.clone(),
            cluster,
        }
    }

    async fn send(&self, permit: Permit) -> Result<Handle, Fault> {
        let site = self.site(permit.environment())?;
        site.carry_out(&permit.step().action, permit.key(), permit.outputs())
            .await
    }

    async fn sample(&self, environment: &Environment) -> Result<Sampling, Fault> {
        let site = self.site(environment)?;
        site.metrics.sample(&site.flink, self.clock.now()).await
    }
}

impl Site {
    fn new(config: Config) -> Result<Self, Misconfigured> {
        let Config { flink_url, launcher } = config;
        if launcher.is_some() && !egress::is_loopback(&flink_url) {
            return Err(Misconfigured::NotLoopback);
        }
        let reach = if egress::is_loopback(&flink_url) {
            Reach::Loopback
        } else {
            Reach::Anywhere
        };
        let client = http::Client::new(http::Config {
            base: flink_url,
            reach,
            limits: limits(),
        })?;
        Ok(Self {
            flink: FlinkRest::new(client),
            launcher: launcher.map(Launcher::new).transpose()?,
            metrics: JobManagerMetrics::default(),
        })
    }

    async fn look(&self, look_for: &LookFor) -> Seen<Cluster> {
        let look = self.flink.look(&look_for.triggers);
        let mut cluster = match tokio::time::timeout(LOOK_WITHIN, look).await {
            Ok(Ok(cluster)) => cluster,
            Ok(Err(missed)) => {
                return Seen::Unreachable {
                    why: missed.to_string(),
                };
            }
            Err(_) => {
                return Seen::Unreachable {
                    why: format!("no whole look within {} s", LOOK_WITHIN.as_secs()),
                };
            }
        };
        if let Some(launcher) = &self.launcher {
            let ours = launcher.ours().await;
            for task_manager in &mut cluster.task_managers {
                task_manager.ours = ours.contains_key(&task_manager.id);
            }
            let config = launcher.config();
            cluster.launcher = Some(Means {
                slots: config.slots,
                memory_bytes: config.memory_bytes,
                max: config.max,
            });
        }
        Seen::Seen(cluster)
    }

    /// Does what one step says. Only [`Platform::send`] calls it, with what its permit holds.
    async fn carry_out(
        &self,
        action: &Action,
        key: &StepKey,
        outputs: &BTreeMap<u16, Output>,
    ) -> Result<Handle, Fault> {
        let handle = match action {
            Action::Checkpoint { .. } | Action::SetBounds { .. } => {
                if let Some(request) = encode(action, key) {
                    self.flink.change(&request).await?;
                }
                key.to_string()
            }
            Action::StartTaskManager { slots, memory_bytes } => {
                let launcher = self.launcher.as_ref().ok_or_else(no_launcher)?;
                // One that comes before its JobManager answers tries again only after ten seconds.
                self.flink
                    .read::<wire::Overview>(&Request::get(["overview"]))
                    .await?;
                let id = TaskManagerId::of_step(key);
                launcher.start(&id, *slots, *memory_bytes).await?;
                id.to_string()
            }
            Action::StopTaskManager { id } => {
                let id = resolved(id, outputs)?;
                let launcher = self.launcher.as_ref().ok_or_else(|| launcher::not_ours(&id))?;
                launcher.stop(&id).await?;
                id.to_string()
            }
            Action::AwaitIdleTaskManager { .. } | Action::AskPerson { .. } => NOTHING_SENT.to_owned(),
        };
        Ok(Handle(handle))
    }
}

/// Flink answers in milliseconds, in 0.2 s where it has to fetch metrics; a JobManager that is silent for 5 s is not
/// there for us.
fn limits() -> Limits {
    Limits {
        read: Duration::from_secs(5),
        total: Duration::from_secs(10),
        ..Limits::default()
    }
}

fn no_launcher() -> Fault {
    rejected(
        "NO_LAUNCHER",
        "this environment has no launcher".to_owned(),
        "not in the config",
    )
}

/// The TaskManager a step names, itself or through an earlier step.
fn resolved(id: &Value<TaskManagerId>, outputs: &BTreeMap<u16, Output>) -> Result<TaskManagerId, Fault> {
    match id {
        Value::Known(id) => Ok(id.clone()),
        Value::From { step } => match outputs.get(step) {
            Some(Output::TaskManager(id)) => Ok(id.clone()),
            _ => Err(rejected(
                "NO_SUCH_OUTPUT",
                format!("step {step} named no TaskManager"),
                "missing output",
            )),
        },
    }
}

#[cfg(test)]
mod tests;
