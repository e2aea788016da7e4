//! What takes a run back: the undo steps of the approved plan, for what was done of it.

use commands::plan::Step;

use super::Request;

/// The undo lists of the forward steps that are done (or were accepted and may have had an effect), last step first,
/// numbered on from the plan's own steps; each with the forward step it takes back.
///
/// A [`Value::From`] inside an undo list names a *forward* step of the plan. Those keep their numbers, so references
/// need no translation; undo steps give no values to each other.
///
/// [`Value::From`]: commands::plan::Value::From
pub(super) fn steps(request: &Request) -> Vec<(Step, u16)> {
    let (Some(plan), Some(run)) = (&request.plan, &request.run) else {
        return Vec::new();
    };
    let first = plan.steps.len() as u16 + 1;
    let undone_by = run
        .with_effect()
        .rev()
        .filter_map(|step_run| plan.step(step_run.step))
        .flat_map(|step| step.undo.iter().map(|undo| (undo, step.number)));
    (first..)
        .zip(undone_by)
        .map(|(number, (undo, undo_of))| {
            let step = Step {
                number,
                ..undo.clone()
            };
            (step, undo_of)
        })
        .collect()
}

/// The first undo step that is not done yet; `None`: there is none.
pub(super) fn remaining(request: &Request) -> Option<u16> {
    let run = request.run.as_ref()?;
    let planned = if run.undo.is_empty() {
        steps(request)
    } else {
        run.undo.clone()
    };
    let undone = |number| request.step_run(number).is_some_and(|ran| ran.done_at.is_some());
    planned
        .iter()
        .map(|(step, _)| step.number)
        .find(|number| !undone(*number))
}
