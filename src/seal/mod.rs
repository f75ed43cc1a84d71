//! Encrypts with age, for whoever holds the user's identity.
//!
//! The identity is a file as `age-keygen` writes it, so whatever shield has sealed, `age` opens
//! without shield.

mod error;
pub mod private;

pub use error::SealError;

use std::fmt;
use std::io;
use std::io::Read as _;
use std::io::Write as _;
use std::path::Path;
use std::str::FromStr;

use age::armor::ArmoredReader;
use age::armor::ArmoredWriter;
use age::armor::Format;
use age::secrecy::ExposeSecret as _;
use zeroize::Zeroizing;

use crate::seal::private::Readers;

/// The most an identity file may have; one of `age-keygen` has some 190 bytes.
const LIMIT: u64 = 64 * 1024;

/// The user's identity: what is sealed for it, only it opens.
pub struct Identity {
    /// The one that is sealed for.
    current: age::x25519::Identity,
    /// Those that stand after it in the file: they open what was sealed for them.
    older: Vec<age::x25519::Identity>,
}

/// Whether an identity was there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It was read.
    Found,
    /// It was made just now.
    Made,
}

/// Somebody who may open what is sealed: the public part of an identity, `age1…`.
#[derive(Clone, PartialEq, Eq)]
pub struct Recipient(age::x25519::Recipient);

impl Identity {
    /// Reads the identity at `path`; `None` when there is no such file.
    ///
    /// # Errors
    ///
    /// Fails when the file is not an identity, is a link, or others can read it.
    pub fn load(path: &Path) -> Result<Option<Self>, SealError> {
        private::read(path, LIMIT, Readers::Nobody)
            .map_err(SealError::File)?
            .map(|it| Self::parse(&it, path))
            .transpose()
    }

    /// Reads the identity at `path`, or makes one there that only the user can read.
    ///
    /// # Errors
    ///
    /// Fails when the file is not an identity, others can read it, or it cannot be made.
    pub fn load_or_make(path: &Path) -> Result<(Self, Origin), SealError> {
        if let Some(identity) = Self::load(path)? {
            return Ok((identity, Origin::Found));
        }
        if let Some(folder) = path.parent() {
            private::make_folder(folder).map_err(SealError::File)?;
        }
        let made = Self::generate();
        if private::create(path, made.to_file().as_bytes()).map_err(SealError::File)? {
            return Ok((made, Origin::Made));
        }
        // Another run was quicker.
        match Self::load(path)? {
            Some(identity) => Ok((identity, Origin::Found)),
            None => Err(SealError::NoIdentity {
                path: path.to_owned(),
            }),
        }
    }

    /// Makes an identity that is nowhere else.
    #[must_use]
    pub fn generate() -> Self {
        Self {
            current: age::x25519::Identity::generate(),
            older: Vec::new(),
        }
    }

    /// The public part.
    #[must_use]
    pub fn recipient(&self) -> Recipient {
        Recipient(self.current.to_public())
    }

    /// Encrypts `plain` for this identity and `others`, armored.
    ///
    /// # Errors
    ///
    /// Fails when the encryption does, which no input brings about.
    pub fn seal(&self, plain: &[u8], others: &[Recipient]) -> Result<String, SealError> {
        let own = self.recipient();
        let mut recipients: Vec<&Recipient> = vec![&own];
        for other in others {
            if !recipients.contains(&other) {
                recipients.push(other);
            }
        }
        encrypt(plain, &recipients).map_err(SealError::Failed)
    }

    /// Decrypts what was sealed for this identity.
    ///
    /// # Errors
    ///
    /// Fails when it was sealed for somebody else, or is damaged.
    pub fn open(&self, sealed: &str) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let identities = std::iter::once(&self.current)
            .chain(&self.older)
            .map(|it| it as &dyn age::Identity);
        let mut reader = age::Decryptor::new_buffered(ArmoredReader::new(sealed.as_bytes()))
            .and_then(|it| it.decrypt(identities))
            .map_err(|err| SealError::of(&err))?;
        // The plain text is shorter than the armored one: the buffer never moves.
        let mut plain = Zeroizing::new(Vec::with_capacity(sealed.len()));
        reader
            .read_to_end(&mut plain)
            .map_err(|_damaged| SealError::Damaged)?;
        Ok(plain)
    }

    /// Reads a file of `age-keygen`.
    fn parse(text: &str, path: &Path) -> Result<Self, SealError> {
        let mut identities = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let identity = age::x25519::Identity::from_str(line).map_err(|_reason| {
                SealError::NotAnIdentity {
                    path: path.to_owned(),
                    line: number + 1,
                }
            })?;
            identities.push(identity);
        }
        let mut identities = identities.into_iter();
        match identities.next() {
            Some(current) => Ok(Self {
                current,
                older: identities.collect(),
            }),
            None => Err(SealError::NoIdentity {
                path: path.to_owned(),
            }),
        }
    }

    /// The file of a new identity.
    fn to_file(&self) -> Zeroizing<String> {
        let key = self.current.to_string();
        Zeroizing::new(format!(
            "# The identity of shield on this machine. What is sealed for it, only it opens:\n\
             # keep a copy in a safe place, and give it to nobody.\n\
             # public key: {}\n{}\n",
            self.recipient(),
            key.expose_secret(),
        ))
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({})", self.recipient())
    }
}

impl FromStr for Recipient {
    type Err = SealError;

    fn from_str(text: &str) -> Result<Self, SealError> {
        age::x25519::Recipient::from_str(text)
            .map(Self)
            .map_err(|_reason| SealError::NotARecipient)
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recipient({})", self.0)
    }
}

/// Encrypts `plain` for `recipients`, armored.
fn encrypt(plain: &[u8], recipients: &[&Recipient]) -> io::Result<String> {
    let recipients = recipients.iter().map(|it| &it.0 as &dyn age::Recipient);
    let encryptor = age::Encryptor::with_recipients(recipients).map_err(io::Error::other)?;
    let armor = ArmoredWriter::wrap_output(Vec::new(), Format::AsciiArmor)?;
    let mut writer = encryptor.wrap_output(armor)?;
    writer.write_all(plain)?;
    let sealed = writer.finish()?.finish()?;
    String::from_utf8(sealed).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::private::FileError;
    use std::fs;

    #[test]
    fn what_is_sealed_is_opened_by_its_recipients_and_nobody_else() {
        let (own, other, stranger) = (
            Identity::generate(),
            Identity::generate(),
            Identity::generate(),
        );
        let sealed = own
            .seal(b"rosebud-1941", &[other.recipient(), own.recipient()])
            .unwrap();
        assert!(sealed.starts_with("-----BEGIN AGE ENCRYPTED FILE-----"));
        assert_eq!(own.open(&sealed).unwrap().as_slice(), b"rosebud-1941");
        assert_eq!(other.open(&sealed).unwrap().as_slice(), b"rosebud-1941");
        assert!(matches!(stranger.open(&sealed), Err(SealError::Locked)));
    }

    #[test]
    fn a_damaged_text_is_not_opened() {
        let own = Identity::generate();
        let sealed = own.seal(&[7; 100], &[]).unwrap();
        let cut = sealed.replacen("-----END", "----END", 1);
        let flipped = sealed.replacen('A', "B", 3);
        for text in ["", "rosebud", &cut, &flipped] {
            assert!(matches!(own.open(text), Err(SealError::Damaged)), "{text}");
        }
    }

    #[test]
    fn an_identity_is_made_once_and_found_after() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b/identity.txt");
        assert!(Identity::load(&path).unwrap().is_none());
        let (made, origin) = Identity::load_or_make(&path).unwrap();
        assert_eq!(origin, Origin::Made);
        let (found, again) = Identity::load_or_make(&path).unwrap();
        assert_eq!(again, Origin::Found);
        assert_eq!(made.recipient(), found.recipient());
        let loaded = Identity::load(&path).unwrap().unwrap();
        assert_eq!(loaded.recipient(), made.recipient());
    }

    #[cfg(unix)]
    #[test]
    fn an_identity_is_made_for_the_user_alone() {
        use std::os::unix::fs::PermissionsExt as _;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/identity.txt");
        Identity::load_or_make(&path).unwrap();
        let mode = |it: &Path| fs::metadata(it).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(path.parent().unwrap()), 0o700);

        fs::set_permissions(&path, fs::Permissions::from_mode(0o604)).unwrap();
        let refused = Identity::load_or_make(&path).unwrap_err();
        assert!(matches!(
            refused,
            SealError::File(FileError::Exposed { .. })
        ));
    }

    #[test]
    fn a_file_of_age_keygen_is_read_and_its_first_identity_is_sealed_for() {
        let (first, second) = (Identity::generate(), Identity::generate());
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("identity.txt");
        let keys = format!(
            "# created: 2026-01-02T03:04:05Z\r\n\n{}\n  {}",
            first.current.to_string().expose_secret(),
            second.current.to_string().expose_secret(),
        );
        private::create(&path, keys.as_bytes()).unwrap();
        let both = Identity::load(&path).unwrap().unwrap();
        assert_eq!(both.recipient(), first.recipient());
        let sealed = second.seal(b"old", &[]).unwrap();
        assert_eq!(both.open(&sealed).unwrap().as_slice(), b"old");
    }

    #[test]
    fn a_file_that_is_no_identity_is_refused_without_being_quoted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("identity.txt");
        private::replace(&path, b"# nothing\n").unwrap();
        assert!(matches!(
            Identity::load(&path),
            Err(SealError::NoIdentity { .. })
        ));
        let almost = concat!("AGE-SECRET-", "KEY-1ROSEBUD");
        private::replace(&path, format!("#\n{almost}\n").as_bytes()).unwrap();
        let refused = Identity::load_or_make(&path).unwrap_err();
        assert!(matches!(refused, SealError::NotAnIdentity { line: 2, .. }));
        assert!(!format!("{refused:?} {refused}").contains("ROSEBUD"));
        assert_eq!(fs::read_to_string(&path).unwrap(), format!("#\n{almost}\n"));
    }

    #[test]
    fn a_key_is_not_shown_by_debug() {
        let identity = Identity::generate();
        let shown = format!("{identity:?}");
        assert!(shown.starts_with("Identity(age1"), "{shown}");
        assert!(!shown.contains("SECRET"));
    }

    #[test]
    fn a_recipient_is_read_back_as_it_is_written() {
        let recipient = Identity::generate().recipient();
        assert_eq!(
            recipient.to_string().parse::<Recipient>().unwrap(),
            recipient
        );
        assert!("age1rosebud".parse::<Recipient>().is_err());
    }
}
