//! Whoever holds the file may edit it, but not unnoticed.

use std::path::Path;

use sqlx::{AssertSqlSafe, ConnectOptions, Row};

use super::super::audit::Audit;
use super::super::open::reading;
use super::{Folder, by_hand};
use crate::ledger::fixtures::*;
use crate::ledger::suite::Home;
use crate::ledger::verify::{NotVerified, Verified};
use crate::ledger::{Ledger, LedgerError};

/// Three requests, interleaved; bo's particulars are erased, ana's are not.
async fn evidence() -> Folder {
    let folder = Folder::new();
    let ledger = folder.open().await;
    for request in 1..=3 {
        ledger.commit(first(request)).await.unwrap();
    }
    let mut by_bo = entry(2, 1, vec![asked("bo", "mine"), attempt("bo")]);
    by_bo.by = person("bo");
    ledger.commit(append(by_bo)).await.unwrap();
    let (one, two) = tokio::join!(ledger.commit(next(1, 1)), ledger.commit(next(3, 1)));
    one.unwrap();
    two.unwrap();
    assert_eq!(ledger.erase(&person("bo")).await.unwrap(), 2);
    ledger.commit(next(1, 2)).await.unwrap();
    ledger.close().await;
    folder
}

async fn verify(file: &Path) -> Result<Verified, NotVerified> {
    Audit::open(file).await.unwrap().verify().await
}

/// What is found wrong in a copy on which this SQL was carried out.
async fn found(folder: &Folder, sql: &str) -> String {
    let copy = Folder::new();
    std::fs::copy(folder.file(), copy.file()).unwrap();
    by_hand(&copy.file(), sql).await;
    match verify(&copy.file()).await {
        Err(NotVerified::Wrong(wrong)) => wrong.to_string(),
        Err(NotVerified::Unreadable(error)) => panic!("{sql}: {error:?}"),
        Ok(_) => panic!("not found: {sql}"),
    }
}

#[tokio::test]
async fn an_untouched_ledger_verifies() {
    let folder = evidence().await;
    let verified = verify(&folder.file()).await.unwrap();
    assert_eq!((verified.entries, verified.requests, verified.erased), (7, 3, 2));
    assert!(verified.anchor.seal >= 6 && verified.anchor.hash.len() == 64);
    let empty = Folder::new();
    empty.open().await.close().await;
    assert_eq!(verify(&empty.file()).await.unwrap().entries, 0);
}

#[tokio::test]
async fn every_column_of_every_row_of_evidence_is_watched() {
    let folder = evidence().await;
    let mut connection = reading(&folder.file()).connect().await.unwrap();
    let mut edits = 0;
    for (table, key) in [
        ("entries", "seq"),
        ("seals", "number"),
        ("particulars", "entry * 10 + position"),
    ] {
        let info = AssertSqlSafe(format!("SELECT name, type FROM pragma_table_info('{table}')"));
        let columns = sqlx::query(info).fetch_all(&mut connection).await.unwrap();
        let keys: Vec<i64> = sqlx::query_scalar(AssertSqlSafe(format!("SELECT {key} FROM {table}")))
            .fetch_all(&mut connection)
            .await
            .unwrap();
        assert!(columns.len() >= 5 && keys.len() >= 6, "{table}");
        for column in columns {
            let (name, kind): (String, String) = (column.get(0), column.get(1));
            let other = match kind.as_str() {
                "INTEGER" => format!("{name} + 1000"),
                "BLOB" => "randomblob(16)".to_owned(),
                _ => format!("coalesce({name}, '') || 'x'"),
            };
            for row in &keys {
                found(
                    &folder,
                    &format!("UPDATE {table} SET {name} = {other} WHERE {key} = {row}"),
                )
                .await;
                edits += 1;
            }
        }
    }
    assert!(edits > 150, "{edits}");
}

#[tokio::test]
async fn what_is_dropped_swapped_added_or_cut_off_is_found() {
    let folder = evidence().await;
    let found = async |sql: &str| found(&folder, sql).await;
    assert_eq!(
        found("DELETE FROM entries WHERE seq = 3").await,
        "seal 3 of entry 3: entry 3 of the log is missing"
    );
    assert!(
        found("DELETE FROM entries WHERE seq = 7")
            .await
            .contains("entry 7 of the log is missing")
    );
    assert!(
        found("DELETE FROM seals WHERE number = 2")
            .await
            .contains("does not follow seal 1")
    );
    assert!(
        found("DELETE FROM particulars WHERE entry = 1 AND position = 1")
            .await
            .starts_with("R-1/1: 1 particulars")
    );
    found("DELETE FROM particulars").await;
    found("DELETE FROM entries; DELETE FROM particulars").await;
    found("DELETE FROM seals").await;
    found("UPDATE entries SET seq = -1 WHERE seq = 1; UPDATE entries SET seq = 1 WHERE seq = 2; UPDATE entries SET seq = 2 WHERE seq = -1").await;
    found("UPDATE particulars SET position = position + 5 WHERE entry = 1; UPDATE particulars SET position = 6 - position WHERE entry = 1").await;
    found("INSERT INTO particulars SELECT entry, position + 2, person, salt, text FROM particulars WHERE entry = 1").await;
    found("INSERT INTO particulars SELECT 99, position, person, salt, text FROM particulars WHERE entry = 1")
        .await;
    found("INSERT INTO entries SELECT 8, request, number + 1, at, person, version, ballot, epoch, delivery, body, hash, hash FROM entries WHERE seq = 7").await;
    found("INSERT INTO seals SELECT number + 1, at, last_seq + 1, last_seq, NULL, hash, hash FROM seals WHERE number = (SELECT max(number) FROM seals)").await;
}

#[tokio::test]
async fn a_tail_cut_off_with_its_seal_is_missed() {
    let folder = evidence().await;
    let cut = "DELETE FROM entries WHERE seq = 7; DELETE FROM seals WHERE first_seq = 7 AND last_seq = 7";
    let wrong = found(&folder, cut).await;
    assert!(wrong.contains("was the last"), "{wrong}");
    let all = "DELETE FROM entries; DELETE FROM particulars; DELETE FROM seals";
    assert!(found(&folder, all).await.contains("the seals end at 0"));
}

#[tokio::test]
async fn an_erasure_that_no_seal_records_is_found_and_so_is_text_that_comes_back() {
    let folder = evidence().await;
    let gone = "UPDATE particulars SET salt = NULL, text = NULL WHERE entry = 1";
    assert!(
        found(&folder, gone)
            .await
            .contains("no seal says that it was erased")
    );
    let back = "UPDATE particulars SET salt = x'00000000000000000000000000000000', text = 'mine' WHERE person = 'bo'";
    found(&folder, back).await;
}

#[tokio::test]
async fn a_request_rewritten_with_fitting_hashes_is_found_by_its_seal() {
    use crate::ledger::chain::EntryRow;
    let folder = evidence().await;
    let mut connection = reading(&folder.file()).connect().await.unwrap();
    let mut row: EntryRow = sqlx::query_as(crate::ledger::statements::ENTRIES_FROM)
        .bind(7)
        .bind(1)
        .fetch_one(&mut connection)
        .await
        .unwrap();
    row.body = row.body.replace("ana", "eve");
    let rewrite = format!(
        "UPDATE entries SET body = '{}', hash = '{}' WHERE seq = 7",
        row.body,
        row.rehash()
    );
    let wrong = found(&folder, &rewrite).await;
    assert!(wrong.contains("of entry 7: its hash does not fit"), "{wrong}");
}

#[tokio::test]
async fn erased_text_is_nowhere_in_the_file_and_reads_as_gone() {
    let folder = Folder::new();
    let ledger = folder.open().await;
    let secret = "a reason that must go";
    ledger.receive(&typed("d1", secret)).await.unwrap();
    ledger
        .commit(append(entry(1, 0, vec![asked("ana", secret)])))
        .await
        .unwrap();
    assert_eq!(ledger.erase(&person("ana")).await.unwrap(), 2);
    assert_eq!(ledger.messages("ops", 1).await.unwrap()[0].text, "");
    let because = ledger
        .load(r(1))
        .await
        .unwrap()
        .unwrap()
        .asked
        .unwrap()
        .because
        .unwrap();
    assert_eq!(because.text(), None);
    assert_eq!(ledger.erase(&person("ana")).await.unwrap(), 0, "nothing left");
    ledger.commit(next(1, 1)).await.unwrap();
    assert_eq!(verify(&folder.file()).await.unwrap().erased, 2);
}

#[tokio::test]
async fn a_damaged_entry_is_not_loaded() {
    let folder = evidence().await;
    by_hand(
        &folder.file(),
        "UPDATE entries SET body = replace(body, 'ana', 'eve') WHERE seq = 5",
    )
    .await;
    let ledger = folder.open().await;
    let damaged = ledger.load(r(1)).await;
    assert!(
        matches!(damaged, Err(LedgerError::Corrupt { ref at, .. }) if at == "R-1/2"),
        "{damaged:?}"
    );
}
