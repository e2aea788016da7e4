//! The console's token: fresh at each start, valid until the next, in a file of mode 0600 beside the ledger.

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use approvals::ports::Dice;
use secrecy::SecretString;
use tempfile::NamedTempFile;

/// A fresh token: 64 hexadecimal digits.
pub fn fresh(dice: &dyn Dice) -> String {
    hex::encode([dice.roll(), dice.roll()].concat())
}

/// Where the token of the bot with this ledger is.
pub fn file(ledger: &Path) -> PathBuf {
    let mut name = OsString::from(ledger);
    name.push(".token");
    name.into()
}

/// Writes the token beside the ledger, in the place of the last one.
///
/// # Errors
/// Where the folder cannot be written.
pub fn write(ledger: &Path, token: &str) -> io::Result<()> {
    let folder = ledger.parent().unwrap_or(Path::new("."));
    // A new file of mode 0600 under another name: never half a token, and never the mode of an older file.
    let mut new = NamedTempFile::new_in(folder)?;
    new.write_all(token.as_bytes())?;
    new.persist(file(ledger))?;
    Ok(())
}

/// Reads the token of the bot with this ledger.
///
/// # Errors
/// Where there is none, or it may not be read.
pub fn read(ledger: &Path) -> io::Result<SecretString> {
    let token = std::fs::read_to_string(file(ledger))?;
    Ok(token.trim_end().to_owned().into())
}
