//! Where a repository comes from, as it can be told to others.

use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

use super::GitError;
use super::Repository;

/// How long git may be asked.
const TIME: Duration = Duration::from_secs(5);

/// What an address may consist of beside letters and digits; anything else is not told.
const SIGNS: &str = "-._~/:%+";

/// Where a repository comes from, and what of it is checked out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// Its address, without credentials.
    pub uri: String,
    /// The id of the last commit, if there is one.
    pub revision: Option<String>,
    /// The branch, if one is checked out.
    pub branch: Option<String>,
}

impl Provenance {
    /// The origin of the repository that `root` lies in; none where it has no address, or only one
    /// on this machine.
    #[must_use]
    pub fn of(root: &Path) -> Option<Self> {
        let repository = Repository::open(root, TIME).ok()?;
        let one = |arguments: [&str; 4]| {
            let answer = repository.ask(arguments).ok()?;
            Some(answer.trim().to_owned()).filter(|it| !it.is_empty())
        };
        let remote = one(["config", "--no-includes", "--get", "remote.origin.url"])?;
        Some(Self {
            uri: public(&remote)?,
            revision: repository.commit("HEAD"),
            branch: one(["symbolic-ref", "--quiet", "--short", "HEAD"]),
        })
    }
}

impl Repository<'_> {
    /// The folder that the repository's own settings have hooks run from, where that is not its own.
    #[must_use]
    pub fn hooks_elsewhere(&self) -> Option<String> {
        let answer = self.ask(["config", "--local", "--get", "core.hooksPath"]);
        Some(answer.ok()?.trim().to_owned()).filter(|it| !it.is_empty())
    }

    /// The folder that git runs hooks from where no setting says otherwise; work trees share one.
    #[must_use]
    pub fn hooks(&self) -> Option<PathBuf> {
        let answer = self.ask(["rev-parse", "--git-common-dir"]).ok()?;
        let answer = answer.trim_end_matches('\n');
        (!answer.is_empty()).then(|| self.root.join(answer).join("hooks"))
    }

    /// The branch that a clone has checked out at first.
    #[must_use]
    pub fn main_branch(&self) -> Option<String> {
        let question = ["symbolic-ref", "--quiet", "refs/remotes/origin/HEAD"];
        let answer = self.ask(question).ok()?;
        let branch = answer.trim().strip_prefix("refs/remotes/origin/")?;
        Some(branch.to_owned()).filter(|it| !it.is_empty())
    }

    /// The files of `names`, at any depth below the root, that git follows, and those that it would
    /// take with the next `git add`.
    ///
    /// # Errors
    ///
    /// Fails when git does not answer.
    pub fn named(&self, names: &[&str]) -> Result<[Vec<String>; 2], GitError> {
        let globs: Vec<String> = names.iter().map(|it| format!(":(glob)**/{it}")).collect();
        let list = |how: &[&str]| {
            let mut question = vec!["ls-files", "-z"];
            question.extend(how);
            question.push("--");
            question.extend(globs.iter().map(String::as_str));
            let answer = self.ask_for(&question)?;
            let paths = answer.split(|it| *it == 0).filter(|it| !it.is_empty());
            Ok(paths
                .map(|it| String::from_utf8_lossy(it).into_owned())
                .collect())
        };
        Ok([
            list(&["--cached"])?,
            list(&["--others", "--exclude-standard"])?,
        ])
    }
}

/// What the program says of its version: `2.39.5`.
///
/// # Errors
///
/// Fails when there is no such program.
pub fn version() -> Result<String, GitError> {
    let answer = Repository::at(Path::new("."), TIME).ask(["version"])?;
    let version = answer.trim().trim_start_matches("git version ");
    Ok(version.split(' ').next().unwrap_or_default().to_owned())
}

/// The address of a remote without who reads it there, as a browser would open it.
fn public(remote: &str) -> Option<String> {
    let (scheme, rest) = match remote.split_once("://") {
        Some((scheme @ ("https" | "http"), rest)) => (scheme, rest),
        Some(("ssh" | "git" | "git+ssh", rest)) => ("https", rest),
        Some(_) => return None,
        None => ("", remote),
    };
    let (host, path) = if scheme.is_empty() {
        // `git@host:path`, and no path of a drive.
        rest.split_once(':').filter(|(host, _)| host.len() > 1)?
    } else {
        rest.split_once('/')?
    };
    // Whoever reads it, with or without a password, stands before the last sign.
    let host = host.rsplit('@').next().unwrap_or(host);
    let path = path.split(['?', '#']).next().unwrap_or(path);
    let host = if remote.starts_with("http") {
        host
    } else {
        host.split(':').next().unwrap_or(host)
    };
    let path = path.trim_start_matches('/');
    let uri = format!(
        "{}://{host}/{path}",
        if scheme.is_empty() { "https" } else { scheme }
    );
    let plain = |it: char| it.is_ascii_alphanumeric() || SIGNS.contains(it);
    let told = !host.is_empty() && !host.contains('/') && !path.is_empty();
    (told && uri.chars().all(plain)).then_some(uri)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_without_credentials() {
        for (remote, told) in [
            ("https://github.com/a/b.git", "https://github.com/a/b.git"),
            (
                concat!("https://user", ":rosebud@host.example/a/b"),
                "https://host.example/a/b",
            ),
            (
                "https://rosebud@host.example:8443/a",
                "https://host.example:8443/a",
            ),
            (
                concat!("https://a@b", ":rosebud@host.example/a"),
                "https://host.example/a",
            ),
            (
                "https://host.example/a?token=rosebud",
                "https://host.example/a",
            ),
            ("git@github.com:a/b.git", "https://github.com/a/b.git"),
            (
                "ssh://git@host.example:2222/a/b",
                "https://host.example/a/b",
            ),
        ] {
            assert_eq!(public(remote).as_deref(), Some(told), "{remote}");
        }
    }

    #[test]
    fn what_is_no_address_of_a_server_is_not_told() {
        for remote in [
            "",
            "/srv/git/a.git",
            "../a.git",
            "C:\\a",
            "file:///srv/a",
            "ext::sh -c x",
            "https://",
            "https://host.example",
            "https://host.example/a b",
            "https://host.example/\u{1b}[2J",
            "https://rosebud@/a",
            "a/b:c",
        ] {
            assert_eq!(public(remote), None, "{remote}");
        }
    }
}
