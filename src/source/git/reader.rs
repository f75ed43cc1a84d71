//! The content of objects.

use std::io;
use std::io::BufRead as _;
use std::io::Read as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ChildStdin;
use std::sync::Mutex;
use std::sync::PoisonError;

use super::ALWAYS;
use super::GitError;
use super::ObjectId;
use super::Repository;
use super::process::Process;

/// Objects with more bytes are passed over: they are not what people write.
const MAX_OBJECT: u64 = 8 * 1024 * 1024;

/// A commit, as far as it is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its id.
    pub id: String,
    /// The name of its author.
    pub author: String,
    /// The address of its author.
    pub email: String,
    /// When it was written, in UTC: `2024-02-03T04:05:06Z`.
    pub date: String,
}

impl Commit {
    /// Reads the author of a commit from its text.
    fn of(id: ObjectId, text: &[u8]) -> Option<Self> {
        let mut lines = text.split(|it| *it == b'\n');
        let line = lines.find_map(|it| it.strip_prefix(b"author "))?;
        let line = String::from_utf8_lossy(line);
        let (who, when) = line.rsplit_once('>')?;
        let (author, email) = who.split_once('<')?;
        let seconds = when.split_whitespace().next()?.parse().ok()?;
        let time = jiff::Timestamp::from_second(seconds).ok()?;
        Some(Self {
            id: id.to_string(),
            author: author.trim().to_owned(),
            email: email.to_owned(),
            date: time.to_string(),
        })
    }
}

/// What became of a question for content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Got {
    /// It was read.
    Content,
    /// It has so many bytes, which are more than asked for.
    TooLarge(u64),
    /// There is no such content, or it is not here: clones can leave it out.
    Nothing,
}

/// Reads objects one after the other.
#[derive(Debug)]
pub struct Reader {
    process: Process,
    input: ChildStdin,
}

impl Reader {
    /// Makes ready to read from `repository`.
    pub(super) fn start(repository: &Repository<'_>) -> Result<Self, GitError> {
        let mut process = Process::start(repository, &["cat-file", "--batch"])?;
        let input = process.input.take().ok_or(GitError::Refused)?;
        Ok(Self { process, input })
    }

    /// Reads the object that `name` names into `content`; tells whether there is one of a
    /// reasonable size.
    ///
    /// # Errors
    ///
    /// Fails when git does not answer any more.
    pub fn read(&mut self, name: &str, content: &mut Vec<u8>) -> Result<bool, GitError> {
        let got = self.read_up_to(name, MAX_OBJECT, content)?;
        Ok(got == Got::Content)
    }

    /// Reads the object that `name` names into `content`, if it has no more than `limit` bytes.
    ///
    /// # Errors
    ///
    /// Fails when git does not answer any more.
    pub fn read_up_to(
        &mut self,
        name: &str,
        limit: u64,
        content: &mut Vec<u8>,
    ) -> Result<Got, GitError> {
        content.clear();
        if name.contains(['\n', '\0']) {
            return Ok(Got::Nothing);
        }
        self.exchange((name, "blob"), limit, content)
            .map_err(|_closed| self.process.trouble())
    }

    fn exchange(
        &mut self,
        (name, wanted): (&str, &str),
        limit: u64,
        content: &mut Vec<u8>,
    ) -> io::Result<Got> {
        self.input.write_all(format!("{name}\n").as_bytes())?;
        self.input.flush()?;
        let mut head = String::new();
        if self.process.output.read_line(&mut head)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        // `id kind size`, or `name missing`.
        let mut words = head.trim_end().rsplit(' ');
        let size: Option<u64> = words.next().and_then(|it| it.parse().ok());
        let (Some(size), Some(kind)) = (size, words.next()) else {
            return Ok(Got::Nothing);
        };
        // A line feed follows the content.
        let mut rest = (&mut self.process.output).take(size.saturating_add(1));
        if kind == wanted && size <= limit {
            rest.read_to_end(content)?;
            content.pop();
            return Ok(Got::Content);
        }
        io::copy(&mut rest, &mut io::sink())?;
        if kind == wanted {
            Ok(Got::TooLarge(size))
        } else {
            Ok(Got::Nothing)
        }
    }
}

/// The contents of a repository, read from many threads.
#[derive(Debug)]
pub struct Store {
    root: PathBuf,
    /// Those that nobody reads with at the moment: in the end, one for each thread.
    idle: Mutex<Vec<Reader>>,
}

impl Store {
    /// The contents of the repository that `root` lies in.
    #[must_use]
    pub fn new(root: PathBuf) -> Self {
        Self {
            root,
            idle: Mutex::default(),
        }
    }

    /// The commit with this id.
    #[must_use]
    pub fn commit(&self, id: ObjectId) -> Option<Commit> {
        let mut reader = Reader::start(&Repository::at(&self.root, ALWAYS)).ok()?;
        let mut text = Vec::new();
        let name = id.to_string();
        let got = reader.exchange((&name, "commit"), MAX_OBJECT, &mut text);
        got.ok().filter(|it| *it == Got::Content)?;
        Commit::of(id, &text)
    }

    /// Reads the object that `name` names into `content`, if it has no more than `limit` bytes.
    ///
    /// # Errors
    ///
    /// Fails when git does not answer.
    pub fn read(&self, name: &str, limit: u64, content: &mut Vec<u8>) -> Result<Got, GitError> {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let known = idle().pop();
        let mut reader = match known {
            Some(reader) => reader,
            None => Reader::start(&Repository::at(&self.root, ALWAYS))?,
        };
        let got = reader.read_up_to(name, limit, content)?;
        idle().push(reader);
        Ok(got)
    }
}
