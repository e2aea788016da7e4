use super::{Claim, ClaimMode, Drift, Path};
use crate::ask::{Amount, ChangeVerb, Target};
use crate::condition::Mismatch;
use crate::fixtures::{JobScene, cluster, job, shop, unreachable};
use crate::observed::Observed;
use crate::plan::Plan;
use crate::recipes::{Limits, plan};

fn on(scene: JobScene) -> Observed {
    cluster().with_foreign(4, 1).with(scene).observed()
}

fn planned() -> Plan {
    let verb = ChangeVerb::ScaleParallelism {
        job: Target("orders".into()),
        to: Amount::To(4),
    };
    plan(&verb, &on(job("orders").at(1)), &Limits::default(), None).unwrap()
}

fn planned_task_managers() -> Plan {
    let verb = ChangeVerb::ScaleTaskManagers {
        cluster: Target("shop".into()),
        to: Amount::To(3),
    };
    let observed = cluster()
        .with_foreign(2, 1)
        .with(job("orders").at(2).bounded(1, 3))
        .observed();
    plan(&verb, &observed, &Limits::default(), None).unwrap()
}

fn moved(plan: &Plan, observed: &Observed) -> Vec<(String, String, String)> {
    match plan.drift(observed) {
        Drift::Moved(mismatches) => mismatches
            .into_iter()
            .map(|Mismatch { what, planned, now }| (what, planned, now))
            .collect(),
        other => panic!("expected drift, got {other:?}"),
    }
}

fn difference(what: &str, planned: &str, now: &str) -> (String, String, String) {
    (what.to_owned(), planned.to_owned(), now.to_owned())
}

/// The digest is in ballots that people voted for: if this changes, votes under way are for nothing. Then the version
/// of the plan's form must change with it, on purpose.
#[test]
fn the_digest_of_a_plan_is_pinned() {
    assert_eq!(
        planned().digest().0,
        "405040c47b465c04ab0b2f0b67dba34a47cb5082290c0628aa661f4678b7e074"
    );
}

#[test]
fn any_change_of_a_plan_changes_its_digest() {
    let plan = planned();
    let digest = plan.digest();
    let mut other = plan.clone();
    other.steps[1].budget.0 += 1;
    assert_ne!(other.digest(), digest);
    let mut other = plan.clone();
    other.claims.pop();
    assert_ne!(other.digest(), digest);
    let mut other = plan;
    other.steps.swap(0, 2);
    assert_ne!(other.digest(), digest);
}

#[test]
fn a_step_has_a_digest_of_its_own() {
    let plan = planned();
    let digests: std::collections::BTreeSet<_> = plan.steps.iter().map(super::Step::digest).collect();
    assert_eq!(digests.len(), plan.steps.len());
}

#[test]
fn nothing_moved_where_everything_is_as_it_was() {
    assert_eq!(planned().drift(&on(job("orders").at(1))), Drift::None);
    let more_task_managers = cluster().with_foreign(6, 1).with(job("orders").at(1)).observed();
    assert_eq!(
        planned().drift(&more_task_managers),
        Drift::None,
        "the plan is about the job"
    );
}

#[test]
fn a_job_that_somebody_rescaled_moved() {
    assert_eq!(
        moved(&planned(), &on(job("orders").at(2))),
        [difference("parallelism", "1", "2")]
    );
    assert_eq!(
        moved(&planned(), &on(job("orders").at(1).vertex_at(2, 2)).clone()),
        [difference("parallelism", "1", "2")]
    );
    let pinned = planned_task_managers();
    let rescaled = cluster().with_foreign(2, 1).with(job("orders").at(2)).observed();
    assert_eq!(
        moved(&pinned, &rescaled)[0].0,
        "version",
        "its bounds were not what the plan restores"
    );
}

#[test]
fn a_job_that_is_gone_moved() {
    assert_eq!(
        moved(&planned(), &cluster().with_foreign(4, 1).observed()),
        [difference("job", "there", "gone")]
    );
    let another = on(job("orders").at(1).with_id(&"a".repeat(32)));
    assert_eq!(
        moved(&planned(), &another),
        [difference("job", "there", "gone")],
        "the same name is not the same job"
    );
}

#[test]
fn other_task_managers_moved() {
    let plan = planned_task_managers();
    let grows = || job("orders").at(2).bounded(1, 3);
    let three = cluster().with_foreign(3, 1).with(grows()).observed();
    assert_eq!(moved(&plan, &three), [difference("taskmanagers", "2", "3")]);
    let exchanged = cluster().with_ours(2, 1, 0).with(grows()).observed();
    assert_eq!(moved(&plan, &exchanged)[0].0, "version");
}

#[test]
fn drift_cannot_be_told_of_what_does_not_answer() {
    assert_eq!(planned().drift(&unreachable()), Drift::CannotTell);
}

#[test]
fn a_path_touches_itself_what_is_above_and_what_is_below() {
    let path = |text: &str| Path(text.to_owned());
    assert!(path("a/b").touches(&path("a/b")));
    assert!(path("a").touches(&path("a/b/c")));
    assert!(path("a/b/c").touches(&path("a")));
    assert!(!path("a/b").touches(&path("a/c")));
    assert!(
        !path("a/b").touches(&path("a/bc")),
        "a path is no prefix of a longer name"
    );
}

#[test]
fn a_rescale_holds_its_job_alone_and_the_cluster_with_others() {
    let orders = job("orders").done().id;
    assert_eq!(
        planned().claims,
        [
            Claim {
                path: Path::job(&shop(), &orders),
                mode: ClaimMode::Exclusive
            },
            Claim {
                path: Path::cluster(&shop()),
                mode: ClaimMode::Shared
            },
        ]
    );
}
