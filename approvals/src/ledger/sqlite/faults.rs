//! What SQLite's result codes mean for us (<https://www.sqlite.org/rescode.html>).

use super::super::LedgerError;

pub(super) const BUSY: i32 = 5;
pub(super) const LOCKED: i32 = 6;
pub(super) const READ_ONLY: i32 = 8;
pub(super) const CORRUPT: i32 = 11;
pub(super) const FULL: i32 = 13;
const TOO_BIG: i32 = 18;
const CONSTRAINT: i32 = 19;
const MISMATCH: i32 = 20;
pub(super) const NOT_A_DATABASE: i32 = 26;

/// The primary result code, where the error is SQLite's.
pub(super) fn primary_code(error: &sqlx::Error) -> Option<i32> {
    let code: i32 = error.as_database_error()?.code()?.parse().ok()?;
    Some(code & 0xff)
}

/// Whether only the row that was written is at fault: its neighbours in the transaction are not.
pub(super) fn of_one_row(error: &sqlx::Error) -> bool {
    matches!(primary_code(error), Some(TOO_BIG | CONSTRAINT | MISMATCH))
}

/// A read that failed: damage stops the process, all else may be tried again.
pub(super) fn of_reading(error: sqlx::Error) -> LedgerError {
    match (&error, primary_code(&error)) {
        (_, Some(CORRUPT | NOT_A_DATABASE)) | (sqlx::Error::ColumnDecode { .. }, _) => LedgerError::Corrupt {
            at: "a table".to_owned(),
            why: error.to_string(),
        },
        _ => LedgerError::NotWritable(error.into()),
    }
}
