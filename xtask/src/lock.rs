//! One build of the site at a time: two would write into the same folders.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::run::{During, Result, succeeds};

/// A file that names the process that works. It goes when this is dropped; one that was left by a process that is no
/// longer there does not count.
pub struct Lock(PathBuf);

impl Lock {
    /// Waits until nobody else builds this clone.
    pub fn take(root: &Path) -> Result<Self> {
        let place = root.join("target/xtask");
        fs::create_dir_all(&place).during(|| format!("cannot make {}", place.display()))?;
        let file = place.join("building");
        let mut told = false;
        loop {
            match OpenOptions::new().write(true).create_new(true).open(&file) {
                Ok(mut created) => {
                    write!(created, "{}", std::process::id()).during(|| format!("cannot write {}", file.display()))?;
                    return Ok(Self(file));
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                    if !is_held(&file) {
                        // If somebody else was quicker, the next turn finds theirs.
                        let _ = fs::remove_file(&file);
                        continue;
                    }
                    if !told {
                        println!("    Another build of this clone is running; waiting for its end.");
                        told = true;
                    }
                    std::thread::sleep(Duration::from_millis(500));
                }
                Err(error) => return Err(error).during(|| format!("cannot write {}", file.display())),
            }
        }
    }

    /// Makes the lock last as long as this process.
    pub fn belongs_to(&self, process: u32) -> Result<()> {
        fs::write(&self.0, process.to_string()).during(|| format!("cannot write {}", self.0.display()))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // If it stays, the next build finds that its process has ended.
        let _ = fs::remove_file(&self.0);
    }
}

fn is_held(file: &Path) -> bool {
    let Ok(text) = fs::read_to_string(file) else { return false };
    // Just created and not yet written: held.
    let Ok(process) = text.trim().parse::<u32>() else { return text.is_empty() };
    succeeds(Command::new("kill").args(["-0", &process.to_string()]))
}
