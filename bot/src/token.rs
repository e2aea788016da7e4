//! The console's token: fresh at each start, valid until the next, in a file of mode 0600 beside the ledger.

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use rand::TryRngCore as _;
use rand::rngs::OsRng;
use secrecy::{ExposeSecret as _, SecretString};
use tempfile::NamedTempFile;

/// Bytes of chance in a token.
const BYTES: usize = 32;

/// A fresh token, in hex.
///
/// # Errors
/// Where the system gives no random bytes.
pub fn fresh() -> io::Result<SecretString> {
    let mut bytes = [0; BYTES];
    OsRng.try_fill_bytes(&mut bytes).map_err(io::Error::other)?;
    Ok(hex::encode(bytes).into())
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
pub fn write(ledger: &Path, token: &SecretString) -> io::Result<()> {
    let folder = ledger.parent().unwrap_or(Path::new("."));
    // A new file of mode 0600 under another name: never half a token, and never the mode of an older file.
    let mut new = NamedTempFile::new_in(folder)?;
    new.write_all(token.expose_secret().as_bytes())?;
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
