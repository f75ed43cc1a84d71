//! Texts in archives, read one by one; nothing is unpacked to disk.

mod kind;
mod meter;
mod name;
mod tar;
mod zip;

pub use name::inner;

use std::fs::File;
use std::io::{self, Read};

use camino::{Utf8Path, Utf8PathBuf};

use self::kind::{Kind, Packing};
use self::meter::{Limits, Meter};
use super::exclude::Exclude;
use super::{Archives, Options, Origin, SourceError, SourceRef, class, decode, walk};
use crate::notice::Notice;
use crate::notice::NoticeKind;
use crate::risk::FileClass;

/// More notices of one archive than this are counted and not told.
const MAX_NOTICES: usize = 20;

/// What is said of what cannot be unpacked.
const UNKNOWN: &str = "packed in a way that shield does not read";

/// Is told of the texts in an archive: where each is, and its bytes.
pub type Visit<'v> = dyn FnMut(&SourceRef, &[u8]) + 'v;

/// Opens archives.
#[derive(Debug)]
pub struct Opener {
    exclude: Exclude,
    max_file_size: u64,
    limits: Limits,
}

impl Opener {
    /// An opener of archives, if `options` ask for one.
    ///
    /// # Errors
    ///
    /// Fails when a glob to exclude is wrong.
    pub fn new(options: &Options) -> Result<Option<Self>, SourceError> {
        let opener = || {
            Ok(Self {
                exclude: Exclude::new(&options.exclude)?,
                max_file_size: options.max_file_size,
                limits: Limits::default(),
            })
        };
        match options.archives {
            Archives::Skip => Ok(None),
            Archives::Open => opener().map(Some),
        }
    }

    /// Whether the file at `at` is called like an archive.
    #[must_use]
    pub fn expects(&self, at: &SourceRef) -> bool {
        walk::has_archive_extension(&at.file)
    }

    /// Hands every text in the archive at `at` to `visit`, and tells what could not be read;
    /// `None` when the file is no archive.
    pub fn open(&self, at: &SourceRef, visit: &mut Visit<'_>) -> Option<Vec<Notice>> {
        let opened = File::open(&at.file).and_then(|file| {
            let size = file.metadata()?.len();
            Ok((file, Meter::new(self.limits.clone(), size)))
        });
        let (file, meter) = match opened {
            Ok(opened) => opened,
            Err(error) => {
                return Some(vec![Notice {
                    path: at.path.clone(),
                    kind: NoticeKind::Unreadable(error.to_string()),
                }]);
            }
        };
        let mut tour = Tour {
            opener: self,
            meter: &meter,
            visit,
            notices: Vec::new(),
            untold: 0,
            buffer: Vec::new(),
        };
        tour.start(at, file).then(|| tour.finish(at))
    }
}

/// The way through one archive on disk, and all that lies in it.
struct Tour<'t> {
    opener: &'t Opener,
    meter: &'t Meter,
    visit: &'t mut Visit<'t>,
    notices: Vec<Notice>,
    /// Notices that are not told.
    untold: usize,
    /// Keeps its memory from one text to the next.
    buffer: Vec<u8>,
}

impl Tour<'_> {
    /// Looks into the archive on disk; `false` when it is none.
    fn start(&mut self, at: &SourceRef, mut file: File) -> bool {
        let mut head = Vec::new();
        if let Err(error) = (&mut file).take(decode::HEAD as u64).read_to_end(&mut head) {
            self.notice(&at.path, NoticeKind::Unreadable(error.to_string()));
            return true;
        }
        match Kind::of(&head, &at.path) {
            Some(Kind::Zip) => zip::walk_file(self, at, file),
            Some(kind) => self.archive(at, kind, &mut head.chain(file)),
            None => return false,
        }
        true
    }

    /// What there is to tell at the end.
    fn finish(mut self, at: &SourceRef) -> Vec<Notice> {
        if let Some(stop) = self.meter.stopped() {
            self.notices.push(Notice {
                path: at.path.clone(),
                kind: NoticeKind::ArchiveInPart(stop.to_string()),
            });
        }
        if self.untold > 0 {
            let more = format!("{} more troubles are not told one by one", self.untold);
            self.notices.push(Notice {
                path: at.path.clone(),
                kind: NoticeKind::ArchiveInPart(more),
            });
        }
        self.notices
    }

    /// Looks into an archive whose bytes come out of `content`.
    fn archive(&mut self, at: &SourceRef, kind: Kind, content: &mut dyn Read) {
        match kind {
            Kind::Tar => tar::walk(self, at, content),
            Kind::Packed(packing) => self.packed(at, packing, content),
            Kind::Foreign => {
                let why = NoticeKind::ArchiveInPart(format!("it is {UNKNOWN}"));
                self.notice(&at.path, why);
            }
            Kind::Zip => {
                let mut held = Vec::new();
                let limit = self.meter.limits().held;
                match content.take(limit + 1).read_to_end(&mut held) {
                    Ok(read) if read as u64 > limit => {
                        let why = format!("an archive in it has more than {limit} bytes");
                        self.notice(&at.path, NoticeKind::ArchiveInPart(why));
                    }
                    Ok(_) => zip::walk_bytes(self, at, &held),
                    Err(error) => self.damaged(&at.path, &error),
                }
            }
        }
    }

    /// Looks into a packed tar, or at the one file that is packed.
    fn packed(&mut self, at: &SourceRef, packing: Packing, content: &mut dyn Read) {
        let mut content = match packing.open(content) {
            Ok(opened) => self.meter.count(opened),
            Err(error) => return self.damaged(&at.path, &error),
        };
        let mut head = Vec::new();
        let read = (&mut content)
            .take(decode::HEAD as u64)
            .read_to_end(&mut head);
        if kind::is_tar(&head) {
            return tar::walk(self, at, &mut head.chain(content));
        }
        match read {
            Ok(_) => {
                let name = name::unpacked(at.inner());
                self.entry(at, &name, 0, &mut head.chain(content));
            }
            Err(error) => self.damaged(&at.path, &error),
        }
    }

    /// Looks at what is called `name` in `archive`; `told` is the size it is said to have.
    fn entry(&mut self, archive: &SourceRef, name: &Utf8Path, told: u64, content: &mut dyn Read) {
        if !self.meter.takes_entry() || is_passed_over(name) {
            return;
        }
        let at = below(archive, name);
        if self.opener.exclude.covers(&at.path) {
            return;
        }
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.clear();
        let read = self.fill(&at, &mut buffer, content);
        match read {
            Ok(Filled::Text) => (self.visit)(&at, &buffer),
            Ok(Filled::Binary) => {}
            Ok(Filled::TooLarge) => {
                let limit = self.opener.max_file_size;
                let kind = if told > limit {
                    NoticeKind::TooLarge { size: told, limit }
                } else {
                    NoticeKind::ArchiveInPart(format!("it unpacks to more than {limit} bytes"))
                };
                self.notice(&at.path, kind);
            }
            Ok(Filled::Archive(kind)) => self.nested(&at, kind, &mut buffer.chain(content)),
            Err(error) => {
                // What could be read is worth a look.
                (self.visit)(&at, &buffer);
                self.damaged(&at.path, &error);
            }
        }
        self.buffer = buffer;
    }

    /// Looks into an archive within another one, unless that is too deep.
    fn nested(&mut self, at: &SourceRef, kind: Kind, content: &mut dyn Read) {
        let depth = self.meter.limits().depth;
        if at.archives.len() >= depth {
            let why = format!("it lies in {depth} others");
            self.notice(&at.path, NoticeKind::ArchiveInPart(why));
        } else {
            self.archive(at, kind, content);
        }
    }

    /// Reads a text into `buffer`, and of what is no text the head.
    fn fill(
        &self,
        at: &SourceRef,
        buffer: &mut Vec<u8>,
        mut content: &mut dyn Read,
    ) -> io::Result<Filled> {
        (&mut content)
            .take(decode::HEAD as u64)
            .read_to_end(buffer)?;
        if let Some(kind) = Kind::of(buffer, at.inner()) {
            return Ok(Filled::Archive(kind));
        }
        if decode::is_binary(buffer) {
            return Ok(Filled::Binary);
        }
        let limit = self.opener.max_file_size;
        let rest = limit.saturating_add(1).saturating_sub(buffer.len() as u64);
        content.take(rest).read_to_end(buffer)?;
        Ok(if buffer.len() as u64 > limit {
            Filled::TooLarge
        } else {
            Filled::Text
        })
    }

    /// Tells that something could not be read; not when the whole archive was given up.
    ///
    /// What libraries say of it can quote the archive, so it is not told.
    fn damaged(&mut self, path: &Utf8Path, error: &io::Error) {
        if self.meter.stopped().is_some() {
            return;
        }
        let kind = error.kind();
        let why = if kind == io::ErrorKind::UnexpectedEof {
            "it ends too early"
        } else if kind == io::ErrorKind::OutOfMemory {
            "unpacking it takes too much memory"
        } else {
            "it is damaged, or not what it seems to be"
        };
        self.notice(path, NoticeKind::ArchiveInPart(why.to_owned()));
    }

    fn notice(&mut self, path: &Utf8Path, kind: NoticeKind) {
        if self.notices.len() < MAX_NOTICES {
            self.notices.push(Notice {
                path: path.to_path_buf(),
                kind,
            });
        } else {
            self.untold += 1;
        }
    }
}

/// What was read of an entry.
enum Filled {
    Text,
    Binary,
    TooLarge,
    Archive(Kind),
}

/// Whether a file holds no text and is no archive, by its name.
fn is_passed_over(name: &Utf8Path) -> bool {
    let path = name.as_std_path();
    name.as_str().is_empty()
        || walk::has_binary_extension(path) && !walk::has_archive_extension(path)
}

/// What is called `name` in `archive`.
fn below(archive: &SourceRef, name: &Utf8Path) -> SourceRef {
    let mut archives: Vec<Utf8PathBuf> = Vec::with_capacity(archive.archives.len() + 1);
    archives.extend_from_slice(&archive.archives);
    archives.push(archive.path.clone());
    SourceRef {
        path: name::join(&archive.path, name),
        file: archive.file.clone(),
        class: class_of(name, archive.class),
        archives,
        origin: Origin::File,
    }
}

/// The class of what is called `name` in an archive of some class.
///
/// An archive that a build has written may hold what the project runs.
fn class_of(name: &Utf8Path, archive: FileClass) -> FileClass {
    match (class::of_path(name), archive) {
        (FileClass::Code, FileClass::Test | FileClass::Vendored) => archive,
        (inner, _) => inner,
    }
}

#[cfg(test)]
mod tests;
