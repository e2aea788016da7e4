//! Opening a ledger file: one process at a time, nobody else may read it, its schema is one we know.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqlSafeStr, SqliteConnection};

use super::super::{LedgerError, statements};
use super::faults;
use super::head::{Head, NotRead};
use super::room::Room;

/// How long a write waits for another program that has the file locked (a person's `sqlite3`, a backup): short enough
/// that who waits is still answered in time.
const LOCKED_AT_MOST: Duration = Duration::from_secs(1);

/// The write-ahead log is cut back to this after it was folded in, bytes.
const LOG_AT_MOST: &str = "16777216";

/// Migrations, oldest first.
fn migrations() -> Migrator {
    let texts = [
        (
            "ledger",
            include_str!("../../../migrations/sqlite/0001_ledger.sql"),
        ),
        ("roots", include_str!("../../../migrations/sqlite/0002_roots.sql")),
    ];
    let numbered = (1..).zip(texts).map(|(number, (name, sql))| {
        Migration::new(
            number,
            name.into(),
            MigrationType::Simple,
            sql.into_sql_str(),
            false,
        )
    });
    Migrator::with_migrations(numbered.collect())
}

/// A ledger file that this process holds alone, until this value goes.
#[derive(Debug)]
pub(super) struct Held {
    pub path: PathBuf,
    pub room: Arc<Room>,
    _lock: File,
}

impl Held {
    /// Takes the file for this process, and makes it where it is missing.
    pub async fn take(path: &Path) -> Result<Self, LedgerError> {
        let lock = lock(path).await?;
        private_file(path).map_err(|error| {
            LedgerError::NotOpened(format!(
                "{} cannot be opened for writing ({error}): make it writable, or name another file under `ledger`",
                path.display()
            ))
        })?;
        Ok(Self {
            path: path.to_owned(),
            room: Arc::default(),
            _lock: lock,
        })
    }

    /// The writer's connection.
    pub fn options(&self) -> SqliteConnectOptions {
        Self::options_of(&self.path)
    }

    pub fn options_of(path: &Path) -> SqliteConnectOptions {
        SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(LOCKED_AT_MOST)
            .pragma("journal_size_limit", LOG_AT_MOST)
            // What a statement of many rows keeps to take itself back: in memory, not in a file of its own.
            .pragma("temp_store", "memory")
            .disable_statement_logging()
    }
}

/// Rows that are read ahead of who takes them: a whole page, so that the two threads do not wait for each other.
const ROWS_AHEAD: usize = 1024;

/// A connection that reads beside whoever writes.
pub(super) fn reading(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .row_buffer_size(ROWS_AHEAD)
        .busy_timeout(LOCKED_AT_MOST)
        .disable_statement_logging()
}

/// Connects for writing and brings the schema up to date.
pub(super) async fn connect(held: &Held) -> Result<SqliteConnection, LedgerError> {
    let mut connection = held
        .options()
        .connect()
        .await
        .map_err(|error| not_opened(&held.path, &error))?;
    check_ours(&mut connection, &held.path).await?;
    match migrations().run_direct(None, &mut connection, false).await {
        Ok(()) => {}
        Err(MigrateError::VersionMissing(version)) => return Err(newer(&held.path, version)),
        Err(MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _)) => {
            return Err(not_opened(&held.path, &error));
        }
        Err(error) => {
            return Err(LedgerError::NotOpened(format!(
                "{} has a schema that this sluice does not know: {error}",
                held.path.display()
            )));
        }
    }
    held.room
        .tell(&mut connection)
        .await
        .map_err(|error| not_opened(&held.path, &error))?;
    Ok(connection)
}

/// Connects for reading only, beside a running process; the schema must be ours and known.
pub(super) async fn connect_for_reading(path: &Path) -> Result<SqliteConnection, LedgerError> {
    if !path.exists() {
        return Err(LedgerError::NotOpened(format!(
            "there is no ledger {}: start one with `sluice run`, or name its file under `ledger`",
            path.display()
        )));
    }
    let mut connection = reading(path)
        .connect()
        .await
        .map_err(|error| not_opened(path, &error))?;
    check_ours(&mut connection, path).await?;
    let newest: Option<i64> = sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations")
        .fetch_one(&mut connection)
        .await
        .map_err(|_| LedgerError::NotOpened(format!("{} holds no ledger yet", path.display())))?;
    match newest {
        Some(version) if !migrations().version_exists(version) => Err(newer(path, version)),
        _ => Ok(connection),
    }
}

/// The `application_id` that our schema sets.
const SLUC: i64 = 1_397_511_491;

/// Whose database it is, and how many tables are in it. A first start that was killed leaves the list of migrations
/// alone behind.
const WHOSE: &str = "SELECT (SELECT application_id FROM pragma_application_id),
    (SELECT count(*) FROM sqlite_master WHERE tbl_name <> '_sqlx_migrations')";

/// Refuses a database of another program: it must be ours, or empty.
async fn check_ours(connection: &mut SqliteConnection, path: &Path) -> Result<(), LedgerError> {
    let (id, tables): (i64, i64) = sqlx::query_as(WHOSE)
        .fetch_one(&mut *connection)
        .await
        .map_err(|error| not_opened(path, &error))?;
    if id == SLUC || (id == 0 && tables == 0) {
        Ok(())
    } else {
        Err(LedgerError::NotOpened(format!(
            "{} is a database of another program",
            path.display()
        )))
    }
}

fn newer(path: &Path, version: i64) -> LedgerError {
    LedgerError::NotOpened(format!(
        "{} was written by a newer sluice (schema {version}, this one knows {}): start that version",
        path.display(),
        migrations()
            .iter()
            .map(|migration| migration.version)
            .max()
            .unwrap_or(0)
    ))
}

pub(super) fn not_opened(path: &Path, error: &sqlx::Error) -> LedgerError {
    let path = path.display();
    LedgerError::NotOpened(match faults::primary_code(error) {
        Some(faults::BUSY | faults::LOCKED) => {
            format!("{path} is locked by another program: close it there, then start again")
        }
        Some(faults::READ_ONLY) => format!("{path} cannot be written: make it writable for this user"),
        Some(faults::FULL) => format!("{path} cannot grow: the disk is full"),
        Some(faults::NOT_A_DATABASE) => format!("{path} is not a ledger: name another file under `ledger`"),
        _ => format!("{path} cannot be opened ({error}): look whether its disk is full or broken"),
    })
}

/// How long the lock of another process is waited for: one that is ending needs a moment to give it back.
const ENDING_AT_MOST: Duration = Duration::from_secs(1);

/// How often it is tried in that time.
const TRIED_EVERY: Duration = Duration::from_millis(10);

/// Locks `<file>.lock` for this process; the lock ends with the process, however it ends.
async fn lock(path: &Path) -> Result<File, LedgerError> {
    let beside = beside(path, ".lock");
    let refuse = |why: String| Err(LedgerError::NotOpened(why));
    let lock = match private_file(&beside) {
        Ok(lock) => lock,
        Err(error) => {
            return refuse(format!(
                "{} cannot be written ({error}): make the folder, or give it to the user that runs Sluice",
                beside.display()
            ));
        }
    };
    let until = Instant::now() + ENDING_AT_MOST;
    loop {
        match lock.try_lock() {
            Ok(()) => return Ok(lock),
            Err(TryLockError::WouldBlock) if Instant::now() < until => tokio::time::sleep(TRIED_EVERY).await,
            Err(TryLockError::WouldBlock) => {
                return refuse(format!(
                    "another sluice is running on {}: stop it first, or name another file under `ledger`",
                    path.display()
                ));
            }
            Err(TryLockError::Error(error)) => {
                return refuse(format!("{} cannot be locked: {error}", beside.display()));
            }
        }
    }
}

/// The file with another ending after its own.
pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Opens or makes a file that only its owner may read and write. SQLite gives its companions the same mode.
fn private_file(path: &Path) -> std::io::Result<File> {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)?;
    let mode = file.metadata()?.permissions().mode();
    if mode & 0o077 != 0 {
        file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
    }
    Ok(file)
}

/// Raises the epoch, so that whoever wrote before can append no more, and reads where everything ends.
pub(super) async fn take_over(connection: &mut SqliteConnection) -> Result<Head, NotRead> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    sqlx::query(statements::TAKE_OVER)
        .execute(&mut *transaction)
        .await?;
    sqlx::query(statements::DOUBT_WAITING)
        .execute(&mut *transaction)
        .await?;
    let head = Head::read(&mut transaction).await?;
    transaction.commit().await?;
    Ok(head)
}
