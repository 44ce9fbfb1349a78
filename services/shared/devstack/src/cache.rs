//! The user's cache (built server, initialised cluster) and the temporary folders of running stacks.

use std::fs::{self, File};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt, lchown};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::error::{DevStackError, Doing};
use crate::locate::{ServerUser, TEMPORAL_VERSION, environment};

/// Every temporary folder of a stack opens with these words.
const PREFIX: &str = "lotse-stack-";

/// The folder of the cache: `$XDG_CACHE_HOME/lotse` or `~/.cache/lotse`.
pub(crate) fn folder() -> Result<PathBuf, DevStackError> {
    let base = environment("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| environment("HOME").map(|home| Path::new(&home).join(".cache")))
        .ok_or(DevStackError::NoCacheFolder)?;
    Ok(base.join("lotse"))
}

/// Where the built Temporal server lies.
pub(crate) fn temporal_server() -> Result<PathBuf, DevStackError> {
    Ok(folder()?.join(format!("temporal-server-{TEMPORAL_VERSION}")).join("server"))
}

/// Waits for the exclusive use of `name` in the cache; dropping the file gives it back.
pub(crate) fn lock(name: &str) -> Result<File, DevStackError> {
    let folder = folder()?;
    fs::create_dir_all(&folder).doing(|| format!("making {}", folder.display()))?;
    let path = folder.join(format!("{name}.lock"));
    let file = File::options().create(true).truncate(false).write(true).open(&path);
    let file = file.doing(|| format!("opening {}", path.display()))?;
    file.lock().doing(|| format!("locking {}", path.display()))?;
    Ok(file)
}

/// What a folder of the cache is called until it is complete.
const INCOMPLETE: &str = ".incomplete";

/// Where the folder `target` of the cache is made ready, before it is renamed; nothing is there yet. What a maker who was
/// killed has left there is removed. The caller holds the lock of `target`, so that no other maker lives.
pub(crate) fn workshop(target: &Path) -> PathBuf {
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(INCOMPLETE);
    let workshop = target.with_file_name(name);
    fs::remove_dir_all(&workshop).ok();
    workshop
}

/// The temporary folder of one stack, removed when dropped; the lock in it tells others that its owner lives.
#[derive(Debug)]
pub(crate) struct StackFolder {
    path: PathBuf,
    _lock: File,
}

impl StackFolder {
    /// Makes a fresh folder, after sweeping those whose owners were killed.
    pub(crate) fn make() -> Result<Self, DevStackError> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let base = std::env::temp_dir();
        sweep(&base);
        let name = format!("{PREFIX}{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let path = base.join(name);
        // Searchable for the user PostgreSQL runs as, readable for nobody else.
        fs::DirBuilder::new().mode(0o711).create(&path).doing(|| format!("making {}", path.display()))?;
        // Locked before it has its name: a sweep that met the file unlocked would take the folder of a living owner.
        let unnamed = path.join("owner.new");
        let lock = File::create(&unnamed).doing(|| "making the owner's lock".to_owned())?;
        lock.lock().doing(|| "taking the owner's lock".to_owned())?;
        fs::rename(&unnamed, path.join("owner.lock")).doing(|| "naming the owner's lock".to_owned())?;
        Ok(Self { path, _lock: lock })
    }

    /// The folder.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for StackFolder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.path).ok();
    }
}

/// Removes the folders whose owner holds their lock no more; what cannot be removed yet goes next time.
fn sweep(base: &Path) {
    for entry in fs::read_dir(base).into_iter().flatten().flatten() {
        let name = entry.file_name();
        if !name.to_string_lossy().starts_with(PREFIX) {
            continue;
        }
        let abandoned = match File::open(entry.path().join("owner.lock")) {
            Ok(lock) => lock.try_lock().is_ok(),
            // Without a lock it is either being made this instant or half removed: only age tells, so an hour passes first.
            Err(_) => entry
                .metadata()
                .and_then(|data| data.modified())
                .is_ok_and(|at| at.elapsed().is_ok_and(|age| age.as_secs() > 3600)),
        };
        if abandoned {
            fs::remove_dir_all(entry.path()).ok();
        }
    }
}

/// Copies a folder with all below it and gives the copy to `user`.
pub(crate) fn copy_tree(from: &Path, to: &Path, user: Option<&ServerUser>) -> std::io::Result<()> {
    fs::DirBuilder::new().mode(0o700).create(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_tree(&entry.path(), &target, user)?;
        } else {
            fs::copy(entry.path(), &target)?;
            fs::set_permissions(&target, fs::Permissions::from_mode(0o600))?;
            give(&target, user)?;
        }
    }
    give(to, user)
}

/// Makes `user` the owner of `path`; without one the caller stays the owner.
pub(crate) fn give(path: &Path, user: Option<&ServerUser>) -> std::io::Result<()> {
    user.map_or(Ok(()), |user| lchown(path, Some(user.uid), Some(user.gid)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_maker_left_is_removed_and_nothing_else() {
        let cache = std::env::temp_dir().join(format!("lotse-cache-{}", std::process::id()));
        let (target, other) = (cache.join("temporal-server-1.32.2"), cache.join("temporal-server-1.32.3.incomplete"));
        let left = workshop(&target);
        assert_eq!(left, cache.join("temporal-server-1.32.2.incomplete"));
        for folder in [&target, &other, &left] {
            fs::create_dir_all(folder).unwrap();
            fs::write(folder.join("server"), "half of it").unwrap();
        }
        assert_eq!(workshop(&target), left);
        let remains = [&target, &other, &left].map(|folder| folder.exists());
        fs::remove_dir_all(&cache).unwrap();
        assert_eq!(remains, [true, true, false]);
    }
}
