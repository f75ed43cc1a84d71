//! The store that needs no account: an encrypted file in the project, for development.
//!
//! `.shield/secrets.dev.age` is JSON that age has encrypted for everybody in
//! `.shield/recipients.txt`. Both can be committed. The wrappers read it, and so does `age -d`.

mod content;
mod edit;
mod lock;
mod store;

pub use edit::{Edited, Page};

use std::path::Path;
use std::path::PathBuf;

use crate::provision::Address;
use crate::provision::ProvisionError;
use crate::provision::local::content::Content;
use crate::seal::Identity;
use crate::seal::Recipient;
use crate::seal::SealError;
use crate::seal::private;
use crate::seal::private::Readers;
use crate::secret::Secret;
use crate::secret::SecretName;

/// The folder of shield in a project.
const FOLDER: &str = ".shield";

/// The store, in that folder.
const STORE: &str = "secrets.dev.age";

/// Who can open the store, in that folder.
const RECIPIENTS: &str = "recipients.txt";

/// The most that a store may have; the wrappers read no more either.
const STORE_LIMIT: u64 = 16 * 1024 * 1024;

/// The most that a list of recipients may have: some ten thousand.
const RECIPIENTS_LIMIT: u64 = 1024 * 1024;

/// The encrypted file of a project.
#[derive(Debug)]
pub struct LocalStore<'i> {
    /// `.shield` in the root of the project.
    folder: PathBuf,
    /// Who writes, and can always read what was written.
    identity: &'i Identity,
}

impl<'i> LocalStore<'i> {
    /// The store of the project whose root is `root`; nothing is read or written yet.
    #[must_use]
    pub fn new(root: &Path, identity: &'i Identity) -> Self {
        Self {
            folder: root.join(FOLDER),
            identity,
        }
    }

    /// The files that storing a secret makes or changes.
    #[must_use]
    pub fn paths(&self) -> [PathBuf; 2] {
        [self.file(), self.recipients()]
    }

    /// The names in the store, sorted; none when there is no store.
    ///
    /// # Errors
    ///
    /// Fails when the store cannot be read or opened.
    pub fn names(&self) -> Result<Vec<String>, ProvisionError> {
        Ok(self.load()?.map(|it| it.names()).unwrap_or_default())
    }

    /// The secret of that name.
    ///
    /// # Errors
    ///
    /// Fails when the store cannot be read or opened.
    pub fn get(&self, name: &SecretName) -> Result<Option<Secret>, ProvisionError> {
        Ok(self.load()?.and_then(|it| it.get(name.as_str()).cloned()))
    }

    /// Everybody who can open what is written from now on, besides the user.
    ///
    /// The list comes with the project, so whoever can change the project can add to it: show
    /// it before secrets are sealed for people the user has not heard of.
    ///
    /// # Errors
    ///
    /// Fails when the list cannot be read.
    pub fn others(&self) -> Result<Vec<Recipient>, ProvisionError> {
        let own = self.identity.recipient();
        let mut others = self.listed()?.unwrap_or_default();
        others.retain(|it| *it != own);
        Ok(others)
    }

    /// Makes the store and the list of recipients, with `others` on it; tells whether there was
    /// none before.
    ///
    /// # Errors
    ///
    /// Fails when a file cannot be made.
    pub fn init(&self, others: &[Recipient]) -> Result<bool, ProvisionError> {
        if self.load()?.is_some() {
            return Ok(false);
        }
        self.prepare()?;
        let list = self.recipients();
        let known = self.others()?;
        let mut text =
            private::read(&list, RECIPIENTS_LIMIT, Readers::Anybody)?.unwrap_or_default();
        for other in others.iter().filter(|it| !known.contains(it)) {
            text.push_str(&other.to_string());
            text.push('\n');
        }
        private::replace(&list, text.as_bytes())?;
        self.change(|_content| Ok(Changed::Yes))?;
        Ok(true)
    }

    /// Seals the store anew, for everybody on the list.
    ///
    /// # Errors
    ///
    /// Fails when there is no store, or it cannot be opened or written.
    pub fn rekey(&self) -> Result<(), ProvisionError> {
        self.change(|_content| Ok(Changed::Yes))
    }

    /// The store as it lies on disk, sealed; `None` when there is none.
    ///
    /// # Errors
    ///
    /// Fails when it cannot be read.
    pub fn sealed(&self) -> Result<Option<String>, ProvisionError> {
        if !private::has_folder(&self.folder)? {
            return Ok(None);
        }
        let sealed = private::read(&self.file(), STORE_LIMIT, Readers::Anybody)?;
        Ok(sealed.map(|it| it.to_string()))
    }

    /// The names in a copy of the store, which messages call `path`.
    ///
    /// # Errors
    ///
    /// Fails when it cannot be opened, or is no store.
    pub fn names_in(&self, sealed: &str, path: &Path) -> Result<Vec<String>, ProvisionError> {
        self.opened(sealed, path).map(|it| it.names())
    }

    /// Puts a copy in the place of the store, once it has been opened.
    ///
    /// # Errors
    ///
    /// Fails when it cannot be opened, or the store not be written.
    pub fn put_back(&self, sealed: &str, path: &Path) -> Result<(), ProvisionError> {
        let content = self.opened(sealed, path)?;
        self.prepare()?;
        let lock = lock::take(&self.folder)?;
        let saved = self.save(&content, &self.others()?);
        drop(lock);
        saved
    }

    /// The store.
    fn file(&self) -> PathBuf {
        self.folder.join(STORE)
    }

    /// The list of recipients.
    fn recipients(&self) -> PathBuf {
        self.folder.join(RECIPIENTS)
    }

    /// The recipients on the list; `None` when there is no list.
    fn listed(&self) -> Result<Option<Vec<Recipient>>, ProvisionError> {
        if !private::has_folder(&self.folder)? {
            return Ok(None);
        }
        let path = self.recipients();
        let Some(text) = private::read(&path, RECIPIENTS_LIMIT, Readers::Anybody)? else {
            return Ok(None);
        };
        let mut recipients = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let recipient = line
                .parse()
                .map_err(|_not: SealError| ProvisionError::Recipient {
                    path: path.clone(),
                    line: number + 1,
                })?;
            recipients.push(recipient);
        }
        Ok(Some(recipients))
    }

    /// What is in the store; `None` when there is none.
    fn load(&self) -> Result<Option<Content>, ProvisionError> {
        if !private::has_folder(&self.folder)? {
            return Ok(None);
        }
        let path = self.file();
        let Some(sealed) = private::read(&path, STORE_LIMIT, Readers::Anybody)? else {
            return Ok(None);
        };
        self.opened(&sealed, &path).map(Some)
    }

    /// What is in a sealed store, which messages call `path`.
    fn opened(&self, sealed: &str, path: &Path) -> Result<Content, ProvisionError> {
        let plain = self.identity.open(sealed);
        let plain = plain.map_err(|source| ProvisionError::Sealed {
            path: path.to_owned(),
            source,
        })?;
        Content::parse(&plain, path)
    }

    /// Seals `content` and replaces the store by it.
    fn save(&self, content: &Content, others: &[Recipient]) -> Result<(), ProvisionError> {
        let path = self.file();
        let plain = content.to_json(&path)?;
        let sealed =
            self.identity
                .seal(&plain, others)
                .map_err(|source| ProvisionError::Sealed {
                    path: path.clone(),
                    source,
                })?;
        Ok(private::replace(&path, sealed.as_bytes())?)
    }

    /// Changes what is in the store, as long as nobody else does.
    fn change(
        &self,
        change: impl FnOnce(&mut Content) -> Result<Changed, ProvisionError>,
    ) -> Result<(), ProvisionError> {
        self.prepare()?;
        let lock = lock::take(&self.folder)?;
        let others = self.others()?;
        let mut content = self.load()?.unwrap_or_else(Content::empty);
        if change(&mut content)? == Changed::Yes {
            self.save(&content, &others)?;
        }
        drop(lock);
        Ok(())
    }

    /// Reads back what was written.
    fn check(&self, at: &Address, value: &Secret) -> Result<(), ProvisionError> {
        if self.get(&at.name)?.as_ref() == Some(value) {
            Ok(())
        } else {
            Err(ProvisionError::Unverified(at.name.clone()))
        }
    }

    /// Makes the folder and the list of recipients, where they are missing.
    fn prepare(&self) -> Result<(), ProvisionError> {
        if !private::has_folder(&self.folder)? {
            private::make_folder(&self.folder)?;
        }
        let text = format!(
            "# Who can open {STORE}: one public age key a line, `age1…`.\n\
             # Whoever is added here can open it once it has been written again.\n{}\n",
            self.identity.recipient(),
        );
        if private::look(&self.recipients())?.is_none() {
            private::create(&self.recipients(), text.as_bytes())?;
        }
        Ok(())
    }
}

/// Whether the content of the file is another one now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Changed {
    Yes,
    No,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provision::Outcome;
    use crate::provision::Store as _;
    use crate::seal::private::FileError;
    use crate::secret::Deposit;
    use std::fs;
    use std::thread;

    fn deposit(name: &str, value: &str) -> Deposit {
        Deposit {
            name: SecretName::of(name).unwrap(),
            value: Secret::new(value.to_owned()),
            labels: Vec::new(),
        }
    }

    fn put(store: &LocalStore<'_>, name: &str, value: &str) -> Result<Outcome, ProvisionError> {
        let deposit = deposit(name, value);
        let at = Address::of_name(&deposit.name);
        crate::provision::put(&deposit, store, &at, None).map(|it| it.outcome)
    }

    #[test]
    fn a_secret_is_stored_once_and_read_back() {
        let root = tempfile::tempdir().unwrap();
        let identity = Identity::generate();
        let store = LocalStore::new(root.path(), &identity);
        assert!(store.names().unwrap().is_empty());
        store.ready().unwrap();
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 0);

        assert_eq!(put(&store, "b", "rosebud-1941").unwrap(), Outcome::Created);
        assert_eq!(put(&store, "a", "\"\u{1}ä\n\\").unwrap(), Outcome::Created);
        let before = fs::read(store.file()).unwrap();
        assert_eq!(
            put(&store, "b", "rosebud-1941").unwrap(),
            Outcome::Unchanged
        );
        assert_eq!(fs::read(store.file()).unwrap(), before);

        assert_eq!(store.names().unwrap(), ["a", "b"]);
        let get = |it| store.get(&SecretName::of(it).unwrap()).unwrap();
        assert_eq!(get("a"), Some(Secret::new("\"\u{1}ä\n\\".to_owned())));
        assert_eq!(get("c"), None);
        assert!(!before.windows(7).any(|it| it == b"rosebud"));
    }

    #[test]
    fn another_value_is_never_overwritten() {
        let root = tempfile::tempdir().unwrap();
        let identity = Identity::generate();
        let store = LocalStore::new(root.path(), &identity);
        put(&store, "a", "rosebud-1941").unwrap();
        let before = fs::read(store.file()).unwrap();
        let refused = put(&store, "a", "rosebud-1942").unwrap_err();
        assert!(matches!(&refused, ProvisionError::Conflict(it) if it.as_str() == "a"));
        assert!(!format!("{refused:?} {refused}").contains("rosebud"));
        assert_eq!(fs::read(store.file()).unwrap(), before);
    }

    #[test]
    fn everybody_on_the_list_can_open_what_is_written() {
        let root = tempfile::tempdir().unwrap();
        let (own, other) = (Identity::generate(), Identity::generate());
        let store = LocalStore::new(root.path(), &own);
        put(&store, "a", "1").unwrap();
        assert!(store.others().unwrap().is_empty());

        let list = fs::read_to_string(store.recipients()).unwrap();
        let longer = format!("{list}\n  # a colleague\n{}\r\n", other.recipient());
        private::replace(&store.recipients(), longer.as_bytes()).unwrap();
        assert_eq!(store.others().unwrap(), [other.recipient()]);
        put(&store, "b", "2").unwrap();
        let theirs = LocalStore::new(root.path(), &other);
        assert_eq!(theirs.names().unwrap(), ["a", "b"]);

        let identity = Identity::generate();
        let stranger = LocalStore::new(root.path(), &identity);
        assert!(matches!(
            put(&stranger, "c", "3"),
            Err(ProvisionError::Sealed {
                source: SealError::Locked,
                ..
            })
        ));
    }

    #[test]
    fn a_list_with_something_else_is_refused_without_being_quoted() {
        let root = tempfile::tempdir().unwrap();
        let identity = Identity::generate();
        let store = LocalStore::new(root.path(), &identity);
        store.prepare().unwrap();
        private::replace(&store.recipients(), b"# x\nrosebud\n").unwrap();
        let refused = store.ready().unwrap_err();
        assert!(matches!(refused, ProvisionError::Recipient { line: 2, .. }));
        assert!(!format!("{refused:?} {refused}").contains("rosebud"));
    }

    #[test]
    fn a_store_that_is_something_else_stays_as_it_is() {
        let root = tempfile::tempdir().unwrap();
        let identity = Identity::generate();
        let store = LocalStore::new(root.path(), &identity);
        store.prepare().unwrap();
        let sealed = store.identity.seal(b"rosebud", &[]).unwrap();
        for content in [sealed.as_str(), "rosebud"] {
            private::replace(&store.file(), content.as_bytes()).unwrap();
            assert!(store.ready().is_err());
            assert!(put(&store, "b", "1").is_err());
            assert_eq!(fs::read_to_string(store.file()).unwrap(), content);
        }
    }

    #[test]
    fn many_writers_lose_nothing() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("identity.txt");
        thread::scope(|scope| {
            for number in 0..8 {
                let (root, path) = (root.path(), &path);
                scope.spawn(move || {
                    let (identity, _) = Identity::load_or_make(path).unwrap();
                    let store = LocalStore::new(root, &identity);
                    put(&store, &format!("name-{number}"), "x").unwrap();
                });
            }
        });
        let (identity, _) = Identity::load_or_make(&path).unwrap();
        let names = LocalStore::new(root.path(), &identity).names().unwrap();
        assert_eq!(names.len(), 8);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed_and_files_are_for_the_user_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        use std::os::unix::fs::symlink;

        let root = tempfile::tempdir().unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        let identity = Identity::generate();
        let store = LocalStore::new(root.path(), &identity);
        symlink(elsewhere.path(), &store.folder).unwrap();
        let is_link = |it| matches!(it, Err(ProvisionError::File(FileError::Link { .. })));
        assert!(is_link(store.ready()));
        assert!(is_link(put(&store, "a", "1").map(drop)));
        assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);

        fs::remove_file(&store.folder).unwrap();
        put(&store, "a", "1").unwrap();
        for path in store.paths() {
            let mode = fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{}", path.display());
            let target = elsewhere.path().join("it");
            fs::rename(&path, &target).unwrap();
            symlink(&target, &path).unwrap();
            assert!(is_link(put(&store, "b", "1").map(drop)));
            fs::remove_file(&path).unwrap();
            fs::rename(&target, &path).unwrap();
        }
    }
}
