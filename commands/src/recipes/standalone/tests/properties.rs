//! What holds of every plan, whatever was observed and asked.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;

use super::shown::verb;
use crate::ask::{Amount, Ask, ChangeVerb, Target};
use crate::catalog::{Filled, ROWS};
use crate::condition::{Condition, Context, Holds};
use crate::fixtures::{JobScene, NOW, cluster, job, recent, unreachable, vertex_id};
use crate::grammar::parse;
use crate::names::{JobId, RequestId, StepKey, VertexId};
use crate::observed::{Bounds, Cluster, JobState, Observed, Scheduler};
use crate::plan::{Action, Claim, ClaimMode, Drift, Path, Plan, Settings, Step, Value};
use crate::recipes::{Limits, plan};
use crate::refusal::Refusal;

type AllBounds = BTreeMap<VertexId, Bounds>;

fn any_job(name: &'static str) -> impl Strategy<Value = JobScene> {
    let widths = (1u32..6, 1u32..6, 1u32..6, 1u32..8, 0u32..4);
    let odd = (any::<bool>(), 0u32..12);
    (widths, odd).prop_map(
        move |((parallelism, narrow, lower, max, more), (apart, oddity))| {
            let scene = job(name)
                .at(parallelism)
                .bounded(lower.min(parallelism), parallelism + more);
            let scene = if narrow < parallelism {
                scene.vertex_at(3, narrow)
            } else {
                scene
            };
            let scene = if apart { scene.vertex_apart(2) } else { scene };
            let scene = if max > parallelism + more {
                scene.vertex_max(1, max)
            } else {
                scene
            };
            match oddity {
                0 => scene.in_state(JobState::Restarting),
                1 => scene.in_state(JobState::Failed),
                2 => scene.under(Scheduler::Other),
                3 => scene.without_checkpoints(),
                _ => scene,
            }
        },
    )
}

fn any_observed() -> impl Strategy<Value = Observed> {
    let foreign = (0u32..4, 1u32..4);
    let ours = (0u32..4, 1u32..4, 0u32..3);
    let launcher = (1u32..4, 900u64..4_000, 0u32..8);
    let jobs = (
        proptest::option::of(any_job("orders")),
        proptest::option::of(any_job("payments")),
    );
    (foreign, ours, launcher, jobs).prop_map(|(foreign, ours, launcher, (orders, payments))| {
        let scene = cluster()
            .with_foreign(foreign.0, foreign.1)
            .with_ours(ours.0, ours.1, ours.2)
            .with_launcher(launcher.0, launcher.1, launcher.2);
        [orders, payments]
            .into_iter()
            .flatten()
            .fold(scene, crate::fixtures::ClusterScene::with)
            .observed()
    })
}

fn any_amount() -> impl Strategy<Value = Amount> {
    prop_oneof![
        (0u32..12).prop_map(Amount::To),
        (0u32..6).prop_map(Amount::Plus),
        (0u32..6).prop_map(Amount::Minus),
        (0u32..4).prop_map(Amount::Times),
        any::<u32>().prop_map(Amount::Times),
        any::<u32>().prop_map(Amount::Plus),
    ]
}

fn any_verb() -> impl Strategy<Value = ChangeVerb> {
    let target = |name: &'static str| Target(name.to_owned());
    prop_oneof![
        any_amount().prop_map(move |to| ChangeVerb::ScaleParallelism {
            job: target("orders"),
            to
        }),
        any_amount().prop_map(move |to| ChangeVerb::ScaleTaskManagers {
            cluster: target("shop"),
            to
        }),
    ]
}

fn any_limits() -> impl Strategy<Value = Limits> {
    let rates = vec(-1e4f64..1e7, 5);
    proptest::option::of(rates).prop_map(|rates| Limits {
        recent: rates.map(|rates| recent(rates[0], rates[1], rates[2], rates[3], rates[4].abs() % 1000.0)),
        ..Limits::default()
    })
}

fn seen(observed: &Observed) -> &Cluster {
    observed.cluster.get().expect("a scene answers")
}

/// Jobs whose bounds a step sets, with the bounds.
fn bounds_set(steps: &[Step]) -> Vec<(&JobId, &AllBounds)> {
    let set =
        |step: &'_ Step| -> Option<()> { matches!(step.action, Action::SetBounds { .. }).then_some(()) };
    steps
        .iter()
        .filter(|step| set(step).is_some())
        .filter_map(|step| match &step.action {
            Action::SetBounds { job, bounds } => Some((job, bounds)),
            _ => None,
        })
        .collect()
}

fn is_numbered_from_one(steps: &[Step]) -> bool {
    steps.iter().zip(1..).all(|(step, number)| step.number == number)
}

/// Whether a claim lets its holder change what lies at this path.
fn covers(claim: &Claim, path: &Path) -> bool {
    claim.mode == ClaimMode::Exclusive && claim.path.touches(path) && path.0.starts_with(&claim.path.0)
}

/// The cluster's TaskManagers and the bounds of its jobs, after these steps.
#[derive(Debug, Clone, PartialEq)]
struct Model {
    task_managers: i64,
    bounds: BTreeMap<JobId, Option<AllBounds>>,
}

impl Model {
    fn of(cluster: &Cluster) -> Self {
        Self {
            task_managers: cluster.task_managers.len() as i64,
            bounds: cluster
                .jobs
                .iter()
                .map(|job| (job.id.clone(), job.bounds.clone()))
                .collect(),
        }
    }

    fn run(&mut self, steps: &[Step]) {
        for step in steps {
            match &step.action {
                Action::SetBounds { job, bounds } => {
                    self.bounds.insert(job.clone(), Some(bounds.clone()));
                }
                Action::StartTaskManager { .. } => self.task_managers += 1,
                Action::StopTaskManager { .. } => self.task_managers -= 1,
                Action::Checkpoint { .. }
                | Action::AwaitIdleTaskManager { .. }
                | Action::AskPerson { .. } => {}
            }
        }
    }
}

/// What may become of a lower bound.
#[derive(Clone, Copy, PartialEq)]
enum Lower {
    /// It may only fall.
    NeverRaised,
    /// A rollback puts it back as it was.
    AsRecorded,
}

fn check_bounds(plan: &Plan, cluster: &Cluster, lower: Lower) -> Result<(), TestCaseError> {
    for (id, bounds) in bounds_set(&plan.steps) {
        let job = cluster.job(id).expect("a job of the scene");
        prop_assert_eq!(job.vertices.len(), bounds.len(), "every vertex is sent");
        for vertex in &job.vertices {
            let new = bounds[&vertex.id];
            let old = job.bounds.as_ref().expect("rescalable")[&vertex.id];
            prop_assert!(new.lower >= 1 && new.lower <= new.upper && new.upper <= vertex.max_parallelism);
            prop_assert!(
                new.lower <= old.lower || lower == Lower::AsRecorded,
                "the lower bound is never raised"
            );
        }
        let path = Path::job(&plan.target.environment, id);
        prop_assert!(
            plan.claims.iter().any(|claim| covers(claim, &path)),
            "{:?} is claimed",
            path
        );
        prop_assert!(plan.seen.contains_key(&path));
    }
    Ok(())
}

/// References name an earlier step that gives such a value.
fn check_references(plan: &Plan) -> Result<(), TestCaseError> {
    let gives = |number: u16, before: u16| {
        let step = plan.step(number);
        number < before
            && step.is_some_and(|step| {
                matches!(
                    step.action,
                    Action::AwaitIdleTaskManager { .. } | Action::StartTaskManager { .. }
                )
            })
    };
    for step in &plan.steps {
        if let Action::StopTaskManager {
            id: Value::From { step: number },
        } = &step.action
        {
            prop_assert!(gives(*number, step.number));
        }
        for undo in &step.undo {
            if let Action::StopTaskManager {
                id: Value::From { step: number },
            } = &undo.action
            {
                prop_assert!(gives(*number, step.number + 1));
            }
        }
        prop_assert!(is_numbered_from_one(&step.undo));
    }
    prop_assert!(is_numbered_from_one(&plan.steps));
    Ok(())
}

/// After the steps, and after any number of them, the undo of those done brings back what was.
fn check_undo(plan: &Plan, cluster: &Cluster) -> Result<(), TestCaseError> {
    let before = Model::of(cluster);
    for done in 0..=plan.steps.len() {
        let mut model = before.clone();
        model.run(&plan.steps[..done]);
        for step in plan.steps[..done].iter().rev() {
            model.run(&step.undo);
        }
        prop_assert_eq!(&model, &before, "after {} steps", done);
    }
    match &plan.settings_before {
        Settings::Bounds { job, bounds } => prop_assert_eq!(&before.bounds[&job.id], &Some(bounds.clone())),
        Settings::TaskManagers { count, narrowed } => {
            prop_assert_eq!(before.task_managers, i64::from(*count));
            if let Some((job, bounds)) = narrowed {
                prop_assert_eq!(&before.bounds[&job.id], &Some(bounds.clone()));
            }
        }
    }
    Ok(())
}

/// The preconditions of the first step hold in the state the plan was made for.
fn check_first_step(plan: &Plan, observed: &Observed) -> Result<(), TestCaseError> {
    let key = StepKey::parse(&"0".repeat(32)).expect("hex");
    let outputs = BTreeMap::new();
    let context = Context {
        observed,
        key: &key,
        sent_at: NOW,
        budget_ended: false,
        outputs: &outputs,
    };
    for condition in &plan.steps[0].precondition {
        prop_assert!(condition.holds(&context).is_yes(), "{:?} at once", condition);
    }
    prop_assert_eq!(plan.drift(observed), Drift::None);
    Ok(())
}

fn check(plan: &Plan, observed: &Observed, lower: Lower) -> Result<(), TestCaseError> {
    let json = serde_json::to_string(plan).expect("a plan is JSON");
    let again: Plan = serde_json::from_str(&json).expect("and back");
    prop_assert_eq!(&again, plan);
    prop_assert_eq!(again.digest(), plan.digest());
    prop_assert!(!plan.steps.is_empty());
    check_bounds(plan, seen(observed), lower)?;
    check_references(plan)?;
    check_undo(plan, seen(observed))?;
    check_first_step(plan, observed)
}

/// Whether the catalog says that this verb may be refused so.
fn is_told(verb: &ChangeVerb, refusal: &Refusal) -> bool {
    let change = Filled::default().change(verb.clone());
    let row = ROWS
        .iter()
        .find(|row| (row.take)(&Ask::Change(change.clone())).is_some());
    row.is_some_and(|row| row.refuses.contains(&refusal.code))
}

/// Every condition of a plan, those of its undo too.
fn conditions(plan: &Plan) -> impl Iterator<Item = &Condition> {
    let steps = plan
        .steps
        .iter()
        .flat_map(|step| std::iter::once(step).chain(&step.undo));
    steps.flat_map(|step| step.precondition.iter().chain([&step.done_when]))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, ..ProptestConfig::default() })]

    #[test]
    fn every_plan_is_sound(verb in any_verb(), observed in any_observed(), limits in any_limits()) {
        match plan(&verb, &observed, &limits, None) {
            Ok(plan) => check(&plan, &observed, Lower::NeverRaised)?,
            Err(refusal) => {
                prop_assert!(!refusal.next.is_empty(), "{:?}", refusal);
                prop_assert!(is_told(&verb, &refusal), "help does not tell of {:?}", refusal);
                for next in &refusal.next {
                    prop_assert!(parse(next).is_ok(), "offered but not understood: {}", next);
                }
            }
        }
    }

    #[test]
    fn a_rescale_never_asks_for_more_slots_than_the_others_leave(to in 1u32..12, observed in any_observed()) {
        let verb = ChangeVerb::ScaleParallelism { job: Target("orders".into()), to: Amount::To(to) };
        if let Ok(plan) = plan(&verb, &observed, &Limits::default(), None) {
            let cluster = seen(&observed);
            let job = &plan.target.job.as_ref().expect("a job").id;
            prop_assert!(plan.resources.slots.1 <= cluster.room_for(job));
            let asks_for_room = plan.steps[1].precondition.iter().any(|condition| {
                matches!(condition, Condition::RoomFor { slots, .. } if *slots == plan.resources.slots.1)
            });
            prop_assert!(asks_for_room);
        }
    }

    #[test]
    fn what_is_offered_instead_of_too_much_can_be_planned(to in 1u32..40, observed in any_observed()) {
        let verb = |to| ChangeVerb::ScaleParallelism { job: Target("orders".into()), to };
        if let Err(refusal) = plan(&verb(Amount::To(to)), &observed, &Limits::default(), None) {
            for next in refusal.next.iter().filter(|next| next.starts_with("scale orders parallelism")) {
                let offered = plan(&super::shown::verb(next), &observed, &Limits::default(), None);
                let at_most_slots = |refusal: &Refusal| {
                    matches!(refusal.code.as_str(), "NOT_ENOUGH_SLOTS" | "NOTHING_TO_CHANGE")
                };
                prop_assert!(offered.as_ref().err().is_none_or(at_most_slots), "{}: {:?}", next, offered);
            }
        }
    }

    #[test]
    fn every_condition_of_a_plan_can_be_judged_on_any_scene(
        verb in any_verb(),
        observed in any_observed(),
        later in any_observed(),
        budget_ended in any::<bool>(),
    ) {
        if let Ok(plan) = plan(&verb, &observed, &Limits::default(), None) {
            let key = StepKey::parse(&"0".repeat(32)).expect("hex");
            let outputs = BTreeMap::new();
            let judge = |condition: &Condition, observed: &Observed| {
                condition.holds(&Context { observed, key: &key, sent_at: NOW, budget_ended, outputs: &outputs })
            };
            for condition in conditions(&plan) {
                judge(condition, &later);
                prop_assert_eq!(judge(condition, &unreachable()), Holds::CannotTell);
            }
        }
    }

    #[test]
    fn a_rollback_restores_what_a_plan_recorded(verb in any_verb(), observed in any_observed(), later in any_observed()) {
        let Ok(first) = plan(&verb, &observed, &Limits::default(), None) else { return Ok(()) };
        let rollback = ChangeVerb::Rollback { request: RequestId::new(18) };
        match plan(&rollback, &later, &Limits::default(), Some(&first.settings_before)) {
            Ok(back) => {
                check(&back, &later, Lower::AsRecorded)?;
                let mut model = Model::of(seen(&later));
                model.run(&back.steps);
                match &first.settings_before {
                    Settings::Bounds { job, bounds } => {
                        prop_assert_eq!(&model.bounds[&job.id], &Some(bounds.clone()));
                    }
                    Settings::TaskManagers { count, narrowed } => {
                        prop_assert_eq!(model.task_managers, i64::from(*count));
                        if let Some((job, bounds)) = narrowed {
                            prop_assert_eq!(&model.bounds[&job.id], &Some(bounds.clone()));
                        }
                    }
                }
            }
            Err(refusal) => {
                prop_assert!(!refusal.next.is_empty(), "{:?}", refusal);
                prop_assert!(is_told(&rollback, &refusal), "help does not tell of {:?}", refusal);
            }
        }
    }

    #[test]
    fn a_plan_for_a_changed_job_drifts(observed in any_observed(), to in 1u32..12, other in 1u32..12) {
        let verb = ChangeVerb::ScaleParallelism { job: Target("orders".into()), to: Amount::To(to) };
        if let Ok(plan) = plan(&verb, &observed, &Limits::default(), None) {
            let now = cluster().with_foreign(4, 4).with(job("orders").at(other)).observed();
            let same = seen(&now).jobs[0].version == seen(&observed).jobs[0].version;
            prop_assert_eq!(plan.drift(&now) == Drift::None, same);
        }
    }
}

#[test]
fn a_plan_asked_for_in_words_is_the_plan_of_its_ask() {
    let observed = cluster().with_foreign(4, 1).with(job("orders")).observed();
    let plan = plan(
        &verb("scale orders parallelism 2"),
        &observed,
        &Limits::default(),
        None,
    )
    .unwrap();
    assert_eq!(
        bounds_set(&plan.steps)[0].1[&vertex_id(1)],
        Bounds { lower: 1, upper: 2 }
    );
}
