//! Refusals, word for word.

use crate::client::{Client, bounds, client, trigger_id};
use crate::samples::{sample, words};
use fakes::flink::{FakeFlink, Scheduler, Settings, Status, job};
use serde_json::{Value, json};

async fn two_vertices() -> (FakeFlink, Client, String) {
    let flink = FakeFlink::start().await;
    let spec = job("orders")
        .made_of(&["Source: datagen", "burn-cpu"])
        .max_parallelism(120)
        .parallelism(2);
    flink.with_taskmanagers(1, 2).runs(spec);
    let id = flink.job_id("orders");
    (
        flink.clone(),
        client(&flink),
        format!("/jobs/{id}/resource-requirements"),
    )
}

fn refused(answer: reqwest::Result<(u16, Value)>, status: u16, captured: &str) {
    let (got, body) = answer.unwrap();
    assert_eq!(got, status, "{captured}");
    assert_eq!(words(&body), words(&sample(captured)), "{captured}");
}

#[tokio::test]
async fn bounds_that_cannot_be_are_refused_in_flinks_words() {
    let (flink, client, path) = two_vertices().await;
    let mut half = bounds(&flink, "orders", 1, 4);
    half.as_object_mut()
        .unwrap()
        .remove(&flink.vertices("orders")[1].id);
    refused(
        client.send("PUT", &path, &half).await,
        400,
        "error_requirements_missing_vertex",
    );
    let crossed = bounds(&flink, "orders", 3, 2);
    refused(
        client.send("PUT", &path, &crossed).await,
        400,
        "error_requirements_lower_gt_upper",
    );
    let wide = bounds(&flink, "orders", 1, 500);
    refused(
        client.send("PUT", &path, &wide).await,
        400,
        "error_requirements_above_max",
    );
    assert_eq!(flink.effects(), []);
    flink.assert_lawful();
}

#[tokio::test]
async fn an_unknown_vertex_and_a_bound_of_nought_are_named() {
    let (flink, client, path) = two_vertices().await;
    let mut more = bounds(&flink, "orders", 1, 4);
    more["f".repeat(32)] = json!({ "parallelism": { "lowerBound": 1, "upperBound": 4 } });
    let (status, body) = client.send("PUT", &path, &more).await.unwrap();
    assert_eq!(status, 400);
    assert!(
        words(&body)[0].ends_with("Job vertex [<id>] was not found in the JobGraph."),
        "{body}"
    );
    let (status, body) = client
        .send("PUT", &path, &bounds(&flink, "orders", 0, 4))
        .await
        .unwrap();
    assert_eq!(status, 400);
    assert!(
        words(&body)[0].contains("lower bound [0] and upper bound [4]"),
        "{body}"
    );
    assert_eq!(words(&body).len(), 2);
}

#[tokio::test]
async fn a_body_that_is_no_json_or_has_a_strange_field_is_refused_and_noted() {
    let (flink, client, path) = two_vertices().await;
    let (status, body) = client.send_text("PUT", &path, "{nope", "application/json").await;
    assert_eq!(status, 400);
    assert_eq!(words(&body)[0], words(&sample("error_requirements_bad_json"))[0]);
    let mut odd = bounds(&flink, "orders", 1, 4);
    odd[&flink.vertices("orders")[0].id]["paralellism"] = json!(1);
    assert_eq!(client.send("PUT", &path, &odd).await.unwrap().0, 400);
    let (status, _) = client.send_text("PUT", &path, "{}", "text/plain").await;
    assert_eq!(status, 400);
    let violations = flink.take_violations();
    assert_eq!(violations.len(), 3, "{violations:#?}");
    assert!(violations[0].contains("no JSON") && violations[1].contains("paralellism"));
    assert!(violations[2].contains("content type"));
}

#[tokio::test]
async fn a_finished_or_unknown_job_has_no_bounds_to_change() {
    let (flink, client, path) = two_vertices().await;
    let body = bounds(&flink, "orders", 1, 2);
    flink.job_ends("orders", Status::Finished);
    refused(
        client.send("PUT", &path, &body).await,
        500,
        "error_requirements_finished_job",
    );
    let unknown = format!("/jobs/{}/resource-requirements", "0".repeat(32));
    refused(
        client.send("PUT", &unknown, &body).await,
        500,
        "error_requirements_finished_job",
    );
    assert_eq!(client.get("/overview").await["jobs-finished"], 1);
    assert_eq!(client.get("/overview").await["slots-available"], 2);
    flink.assert_lawful();
}

#[tokio::test]
async fn the_default_scheduler_knows_no_bounds() {
    let (flink, client, path) = two_vertices().await;
    flink.configured(Settings {
        scheduler: Scheduler::Default,
        ..Settings::default()
    });
    for answer in [
        client.try_get(&path).await.unwrap(),
        client
            .send("PUT", &path, &bounds(&flink, "orders", 1, 2))
            .await
            .unwrap(),
    ] {
        assert_eq!(answer.0, 500);
        assert_eq!(answer.1["errors"][0], "Internal server error.");
        assert!(
            answer.1["errors"][1]
                .as_str()
                .unwrap()
                .contains("java.lang.UnsupportedOperationException: ")
        );
    }
    assert_eq!(client.get("/config").await["features"]["web-rescale"], false);
    flink.assert_lawful();
}

#[tokio::test]
async fn what_is_not_there_is_told_as_flink_tells_it() {
    let (flink, client, _) = two_vertices().await;
    let (id, zeros) = (flink.job_id("orders"), "0".repeat(32));
    refused(
        client.try_get(&format!("/jobs/{zeros}")).await,
        404,
        "error_job_not_found",
    );
    refused(
        client.try_get(&format!("/jobs/{id}/vertices/{zeros}")).await,
        404,
        "error_vertex_not_found",
    );
    refused(
        client.try_get("/taskmanagers/nope").await,
        500,
        "error_taskmanager_not_found",
    );
    let (status, body) = client
        .try_get(&format!("/jobs/{id}/checkpoints/{zeros}"))
        .await
        .unwrap();
    assert_eq!(status, 404);
    let savepoint = words(&sample("error_savepoint_unknown_trigger"));
    let as_checkpoint: Vec<_> = savepoint
        .iter()
        .map(|line| line.replace("savepoint", "checkpoint"))
        .collect();
    assert_eq!(
        words(&body),
        words(&json!({ "errors": [as_checkpoint.join("\n").replace("<id>", &zeros)] }))
    );
    flink.assert_lawful();
}

#[tokio::test]
async fn an_unknown_path_and_a_malformed_id_are_violations() {
    let (flink, client, _) = two_vertices().await;
    refused(client.try_get("/nope").await, 404, "error_unknown_path");
    refused(client.try_get("/jobs/nope").await, 400, "error_job_id_malformed");
    assert_eq!(client.try_get("/v2/overview").await.unwrap().0, 404);
    assert_eq!(client.send("DELETE", "/jobs", &json!(null)).await.unwrap().0, 404);
    assert_eq!(client.try_get("/overview?x=1").await.unwrap().0, 200);
    assert_eq!(flink.take_violations().len(), 5);
}

#[tokio::test]
async fn a_checkpoint_of_an_unknown_job_is_accepted_and_fails() {
    let flink = FakeFlink::start().await;
    let client = client(&flink);
    let zeros = "0".repeat(32);
    assert_eq!(client.trigger(&zeros, &trigger_id(1)).await.unwrap().0, 202);
    let answer = client
        .get(&format!("/jobs/{zeros}/checkpoints/{}", trigger_id(1)))
        .await;
    assert_eq!(answer["status"]["id"], "COMPLETED");
    let class = answer["operation"]["failureCause"]["class"].as_str().unwrap();
    assert!(class.ends_with("FlinkJobNotFoundException"));
    assert_eq!(flink.effects(), []);
    flink.assert_lawful();
}
