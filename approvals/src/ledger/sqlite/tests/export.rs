//! The export: one line an entry, beside a running process.

use serde_json::{Value, json};

use super::super::audit::Audit;
use super::Folder;
use crate::ledger::Ledger;
use crate::ledger::fixtures::*;
use crate::ledger::suite::Home;
use crate::request::{Ballot, Event};

async fn lines(folder: &Folder) -> Vec<Value> {
    let mut out = Vec::new();
    Audit::open(&folder.file())
        .await
        .unwrap()
        .export(&mut out)
        .await
        .unwrap();
    String::from_utf8(out)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[tokio::test]
async fn an_entry_is_exported_as_one_line_with_everything_in_it() {
    let folder = Folder::new();
    let ledger = folder.open().await;
    ledger.commit(first(18)).await.unwrap();
    let mut second = entry(18, 1, vec![attempt("bo"), Event::Approved]);
    second.ballot = Some(Ballot("7f2c".to_owned()));
    ledger.commit(append(second)).await.unwrap();

    let exported = lines(&folder).await;
    let [one, two] = &exported[..] else {
        panic!("{exported:?}")
    };
    let keys: Vec<&str> = two.as_object().unwrap().keys().map(String::as_str).collect();
    let mut wanted = vec![
        "seq", "at", "request", "version", "ballot", "person", "prev", "hash", "events",
    ];
    wanted.sort_unstable();
    assert_eq!(keys, wanted);
    assert_eq!(two["prev"], one["hash"]);
    assert_eq!(
        (&two["seq"], &two["at"]),
        (&json!(2), &json!("1970-01-01T00:00:01.001Z"))
    );
    assert_eq!(
        (&two["request"], &two["person"], &two["ballot"]),
        (&json!("R-18"), &json!("ana"), &json!("7f2c"))
    );
    let attempt = json!({ "kind": "AttemptRefused", "person": "bo", "code": "SELF_APPROVAL" });
    assert_eq!(two["events"], json!([attempt, { "kind": "Approved" }]));
    assert_eq!(one["events"][0]["because"], json!({ "particular": "lag" }));
    assert_eq!((&one["prev"], &one["ballot"]), (&json!(""), &Value::Null));
}

#[tokio::test]
async fn a_finished_request_tells_its_verdict_where_readers_look() {
    use commands::verdict::{Judgement, Verdict};
    let folder = Folder::new();
    let ledger = folder.open().await;
    let judgement = Judgement {
        verdict: Verdict::Better,
        reasons: Vec::new(),
        job: None,
    };
    let finished = Event::Finished {
        judgement,
        measured: Vec::new(),
    };
    ledger.commit(append(entry(1, 0, vec![finished]))).await.unwrap();
    assert_eq!(lines(&folder).await[0]["events"][0]["verdict"], json!("better"));
}

#[tokio::test]
async fn an_export_of_more_than_a_page_leaves_nothing_out() {
    let folder = Folder::new();
    let ledger = folder.open().await;
    futures::future::try_join_all((1..=2_500).map(|request| ledger.commit(first(request))))
        .await
        .unwrap();
    let exported = lines(&folder).await;
    let seqs: Vec<u64> = exported
        .iter()
        .map(|line| line["seq"].as_u64().unwrap())
        .collect();
    assert_eq!(seqs, (1..=2_500).collect::<Vec<_>>());
    assert_eq!(
        Audit::open(&folder.file())
            .await
            .unwrap()
            .verify()
            .await
            .unwrap()
            .entries,
        2_500
    );
}
