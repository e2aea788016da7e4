//! Which TaskManagers carry a job, asked of the job itself.
//!
//! A TaskManager's own `assignedTasks` comes with its heartbeat: for up to `heartbeat.interval` (10 s) after a job widened
//! onto it, it still says 0 (seen on 2.3.0). Its free slots fall at once and rise late. So between *no task* and *no
//! free slot* only the job knows.

use std::collections::BTreeMap;

use commands::observed::{Job, TaskManager, Vertex};
use futures::future::try_join_all;

use super::look::Missed;
use super::{FlinkRest, wire};
use crate::http::Request;

/// Subtasks on each TaskManager, by its id.
pub type Places = BTreeMap<String, u32>;

impl FlinkRest {
    /// Where the subtasks of these vertices run.
    pub(crate) async fn places<'a>(
        &self,
        job: &str,
        vertices: impl IntoIterator<Item = &'a str>,
    ) -> Result<Places, Missed> {
        let looks = vertices.into_iter().map(|vertex| {
            self.ask_if_there::<wire::VertexPlaces>(Request::get(["jobs", job, "vertices", vertex]))
        });
        let mut places = Places::new();
        let found = try_join_all(looks).await?.into_iter().flatten();
        for subtask in found.flat_map(|vertex| vertex.subtasks).filter(has_not_ended) {
            if let Some(id) = subtask.taskmanager_id {
                *places.entry(id).or_default() += 1;
            }
        }
        Ok(places)
    }

    /// Asks the jobs about every TaskManager that says it has no task and has no free slot for it either.
    pub(crate) async fn settle_idle(
        &self,
        task_managers: &mut [TaskManager],
        free_slots: &BTreeMap<String, u32>,
        jobs: &[Job],
    ) -> Result<(), Missed> {
        let is_in_doubt = |tm: &TaskManager| {
            tm.assigned_tasks == 0
                && free_slots
                    .get(tm.id.as_str())
                    .is_some_and(|free| *free < tm.slots)
        };
        if !task_managers.iter().any(is_in_doubt) {
            return Ok(());
        }
        let looks = jobs
            .iter()
            .map(|job| self.places(job.id.as_str(), widest_of_each_group(&job.vertices)));
        let places = try_join_all(looks).await?;
        for task_manager in task_managers.iter_mut().filter(|tm| is_in_doubt(tm)) {
            let tasks = |places: &Places| places.get(task_manager.id.as_str()).copied();
            task_manager.assigned_tasks = places.iter().filter_map(tasks).sum();
        }
        Ok(())
    }
}

fn has_not_ended(subtask: &wire::SubtaskPlace) -> bool {
    !matches!(subtask.status.as_str(), "FINISHED" | "CANCELED" | "FAILED")
}

/// The widest vertex of each slot sharing group: where its subtasks run, those of the group run too.
fn widest_of_each_group(vertices: &[Vertex]) -> Vec<&str> {
    let mut widest: BTreeMap<&str, &Vertex> = BTreeMap::new();
    for vertex in vertices {
        let of_group = widest.entry(&vertex.slot_sharing_group).or_insert(vertex);
        if vertex.parallelism > of_group.parallelism {
            *of_group = vertex;
        }
    }
    widest.into_values().map(|vertex| vertex.id.as_str()).collect()
}
