//! Compose files: a service whose code reads a stored value is given its variable.
//!
//! The value was in the code, so in the container it was there; the store is not, for nobody's
//! key is. `NAME:` and `- NAME` pass the variable on where it is set, and set nothing where it
//! is not.

mod tree;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use self::tree::{Form, Kind, Node, Written};
use super::page::line_end;
use super::{Desk, Fact, HintKind, Need, Unedited};
use crate::text;
use crate::text::Edit;

/// The names of compose files, of which the first that is there counts.
const NAMES: [&str; 4] = [
    "compose.yaml",
    "compose.yml",
    "docker-compose.yml",
    "docker-compose.yaml",
];

/// Files with more services than this are left alone.
const MAX_SERVICES: usize = 200;

/// How many variables are added to one file; more are told.
const MAX_GIFTS: usize = 100;

/// A variable that a service is given.
#[derive(Debug, Clone, Copy)]
struct Variable<'v> {
    name: &'v str,
    /// What it is set to; without it, it is passed on from where the service is started.
    value: Option<&'v str>,
}

/// Gives the services that run fixed code the variables of the values that were stored.
pub(super) fn add(desk: &mut Desk<'_>) {
    let mut wanted: BTreeMap<PathBuf, Vec<&Fact>> = BTreeMap::new();
    for fact in desk.facts.iter().filter(|it| it.need == Need::Stored) {
        for file in compose_files(&fact.file, desk.root) {
            wanted.entry(file).or_default().push(fact);
        }
    }
    for (file, facts) in wanted {
        edit(desk, &file, &facts);
    }
}

/// The compose files at and above the folder of `file`.
fn compose_files(file: &Path, root: &Path) -> Vec<PathBuf> {
    let folders = file.ancestors().skip(1);
    let folders = folders.take_while(|it| it.starts_with(root));
    let of_folder = |it: &Path| {
        NAMES
            .iter()
            .map(|name| it.join(name))
            .find(|it| it.is_file())
    };
    folders.filter_map(of_folder).collect()
}

/// Adds to one compose file what its services need.
fn edit(desk: &mut Desk<'_>, file: &Path, facts: &[&Fact]) {
    let Some(first) = facts.first() else {
        return;
    };
    let shown = first.shown(file);
    let Ok(Some(page)) = desk.pages.open(file, || shown.clone()) else {
        return;
    };
    let before = page.text.clone();
    let folder = file.parent().unwrap_or(file);
    let mut text = before.clone();
    let mut hints: BTreeMap<Unedited, Lacks<'_>> = BTreeMap::new();
    for (number, gift) in needs(&before, folder, facts).into_iter().enumerate() {
        let (service, variable) = (&gift.service, gift.variable);
        let passed_on = Variable {
            name: variable,
            value: None,
        };
        let given = match gift.doubt {
            Some(reason) => Err(reason),
            None if number >= MAX_GIFTS => Err(Unedited::Unreadable),
            None => give(&text, service, passed_on),
        };
        match given {
            Ok(after) => text = after,
            Err(reason) => {
                let lacks = hints.entry(reason).or_default();
                lacks.entry(service.clone()).or_default().push(variable);
            }
        }
    }
    if text != before {
        page.set(text, "pass on the variables of stored values".to_owned());
    }
    for (reason, lacks) in hints {
        let lines = told(&lacks);
        desk.hint(shown.clone(), HintKind::ByHand { reason, lines });
    }
}

/// The variables that services lack, by service.
type Lacks<'v> = BTreeMap<String, Vec<&'v str>>;

/// What services lack; those that lack the same are told together.
fn told(lacks: &Lacks<'_>) -> Vec<String> {
    let mut same: BTreeMap<&[&str], Vec<&str>> = BTreeMap::new();
    for (service, variables) in lacks {
        same.entry(variables).or_default().push(service);
    }
    let told = same.iter().map(|(variables, services)| {
        let word = match services.len() {
            1 => "service",
            _ => "services",
        };
        let variables = variables.join(" and ");
        format!("{variables} in the {word} {}", services.join(" and "))
    });
    told.collect()
}

/// A variable for a service.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Gift<'f> {
    service: String,
    variable: &'f str,
    /// Why it is not certain that the service needs it.
    doubt: Option<Unedited>,
}

/// Which service needs which variable.
fn needs<'f>(text: &str, folder: &Path, facts: &[&'f Fact]) -> BTreeSet<Gift<'f>> {
    let mut needs = BTreeSet::new();
    let Some(root) = tree::parse(text) else {
        return needs;
    };
    let mut known: BTreeMap<&Path, Runners> = BTreeMap::new();
    for fact in facts {
        // A variable that is named anywhere in the file was thought of.
        if mentions(text, &fact.variable) {
            continue;
        }
        let running = known.entry(&fact.file);
        let (services, doubt) = running
            .or_insert_with(|| runners(&root, folder, &fact.file))
            .clone();
        needs.extend(services.into_iter().map(|service| Gift {
            service,
            variable: &fact.variable,
            doubt,
        }));
    }
    needs
}

/// Whether `text` has `name` as a word.
fn mentions(text: &str, name: &str) -> bool {
    let word = |it: char| it.is_ascii_alphanumeric() || it == '_';
    text.match_indices(name).any(|(at, _)| {
        let before = text.get(..at).and_then(|it| it.chars().next_back());
        let after = text.get(at + name.len()..).and_then(|it| it.chars().next());
        !before.is_some_and(word) && !after.is_some_and(word)
    })
}

/// Services that run some code, and why that is not certain.
type Runners = (Vec<String>, Option<Unedited>);

/// The services that run `file`.
fn runners(root: &Node, folder: &Path, file: &Path) -> Runners {
    let services = root.get("services").map_or(&[][..], Node::members);
    if services.len() > MAX_SERVICES {
        return (Vec::new(), None);
    }
    let anchors = tree::anchors(root);
    let mut matching: Vec<(usize, Image<'_>, String)> = Vec::new();
    let mut mounted = Vec::new();
    for (name, service) in services {
        let Some(name) = name.text() else {
            continue;
        };
        let service = Service {
            node: service,
            anchors: &anchors,
        };
        match service.image(folder) {
            Some((context, image)) if file.starts_with(&context) => {
                let depth = context.components().count();
                matching.push((depth, image, name.to_owned()));
            }
            None if service.mounts(folder, file) => mounted.push(name.to_owned()),
            Some(_) | None => {}
        }
    }
    let Some(deepest) = matching.iter().map(|it| it.0).max() else {
        return (mounted, Some(Unedited::Unsure));
    };
    matching.retain(|it| it.0 == deepest);
    let images: BTreeSet<&Image<'_>> = matching.iter().map(|it| &it.1).collect();
    let doubt = (images.len() > 1).then_some(Unedited::Unsure);
    let names = matching.into_iter().map(|it| it.2).collect();
    (names, doubt)
}

/// What tells the images of one context apart: the Dockerfile and the stage in it.
type Image<'n> = (Option<&'n str>, Option<&'n str>);

/// A service, with what it takes over from shared parts of the file.
#[derive(Clone, Copy)]
struct Service<'n> {
    node: &'n Node,
    anchors: &'n BTreeMap<usize, &'n Node>,
}

impl<'n> Service<'n> {
    /// What it says itself, or else what it takes over.
    fn get(self, name: &str) -> Option<&'n Node> {
        let own = self.node.get(name);
        let merged = || {
            let node = self.node.get("<<")?;
            let parts = std::iter::once(node).chain(node.items());
            let mut parts = parts.filter_map(|it| self.resolve(it).get(name));
            parts.next()
        };
        own.or_else(merged).map(|it| self.resolve(it))
    }

    /// The node that an alias stands for, and any other node itself.
    fn resolve(self, node: &'n Node) -> &'n Node {
        match &node.kind {
            Kind::Alias(anchor) => self.anchors.get(anchor).copied().unwrap_or(node),
            Kind::Scalar(..) | Kind::Mapping(..) | Kind::Sequence(..) => node,
        }
    }

    /// The folder that its image is built from, and which image of it.
    fn image(self, folder: &Path) -> Option<(PathBuf, Image<'n>)> {
        let build = self.get("build")?;
        let field = |name| build.get(name).and_then(Node::text);
        let context = build.text().or_else(|| field("context"))?;
        let context = host_folder(context, folder)?;
        Some((context, (field("dockerfile"), field("target"))))
    }

    /// Whether it sees `file` in a folder of the host.
    fn mounts(self, folder: &Path, file: &Path) -> bool {
        let volumes = self.get("volumes").map_or(&[][..], Node::items);
        let sources = volumes.iter().filter_map(|it| match it.text() {
            Some(text) => text.split(':').next(),
            None => it.get("source").and_then(Node::text),
        });
        let mut folders = sources
            .filter(|it| it.starts_with('.') || it.starts_with('/'))
            .filter_map(|it| host_folder(it, folder));
        folders.any(|it| file.starts_with(it))
    }
}

/// A folder of the host as a compose file in `folder` names it, if it does so in plain words.
fn host_folder(named: &str, folder: &Path) -> Option<PathBuf> {
    let plain = !named.contains(['$', '~', '#']) && !named.contains("://");
    let path = plain.then(|| folder.join(named))?;
    std::fs::canonicalize(path).ok().filter(|it| it.is_dir())
}

/// `text` with a variable added to the environment of a service.
fn give(text: &str, service: &str, variable: Variable<'_>) -> Result<String, Unedited> {
    let root = tree::parse(text).ok_or(Unedited::Form)?;
    let found = root.get("services").and_then(|it| it.get(service));
    let anchors = tree::anchors(&root);
    let service_node = Service {
        node: found.ok_or(Unedited::Form)?,
        anchors: &anchors,
    };
    if service_node.get("env_file").is_some() {
        return Err(Unedited::EnvFile);
    }
    let environment = service_node.get("environment");
    let environment = environment.ok_or(Unedited::NoEnvironment)?;
    if service_node.node.anchor != 0 || environment.anchor != 0 {
        return Err(Unedited::Shared);
    }
    if service_node.node.get("environment").is_none() {
        return Err(Unedited::Shared);
    }
    let edit = entry(text, environment, variable)?;
    let after = text::apply(text, &[edit]).or(Err(Unedited::Form))?;
    if is_twin(&root, &after, service, variable) {
        Ok(after)
    } else {
        Err(Unedited::Form)
    }
}

/// The line that adds a variable to an environment, as that is written.
fn entry(text: &str, environment: &Node, variable: Variable<'_>) -> Result<Edit, Unedited> {
    let edit = match &environment.kind {
        Kind::Mapping(Form::Block, members) => member(text, members, variable),
        Kind::Sequence(Form::Block, items) => item(text, items, variable),
        Kind::Mapping(Form::Flow, _) | Kind::Sequence(Form::Flow, _) => {
            return Err(Unedited::Flow);
        }
        Kind::Scalar(..) | Kind::Alias(_) => None,
    };
    edit.ok_or(Unedited::Form)
}

/// The line that adds a variable after the last of `members`.
fn member(text: &str, members: &[(Node, Node)], variable: Variable<'_>) -> Option<Edit> {
    let (first, _) = members.first()?;
    let (key, last) = members.last()?;
    let at = end_of_line(text, key, last)?;
    let indent = line_before(text, first.start)?;
    if !indent.trim_matches(' ').is_empty() {
        return None;
    }
    let value = variable.value.map(|it| format!(" {it}"));
    let line = format!("{indent}{}:{}", variable.name, value.unwrap_or_default());
    Some(Edit::insert(at, format!("{}{line}", line_end(text))))
}

/// The line that adds a variable after the last of `items`.
fn item(text: &str, items: &[Node], variable: Variable<'_>) -> Option<Edit> {
    let (first, last) = items.first().zip(items.last())?;
    let at = end_of_line(text, last, last)?;
    let dash = line_before(text, first.start)?;
    let indent = dash.trim_end_matches(' ').strip_suffix('-')?;
    if !indent.trim_matches(' ').is_empty() {
        return None;
    }
    let value = variable.value.map(|it| format!("={it}"));
    let line = format!("{dash}{}{}", variable.name, value.unwrap_or_default());
    Some(Edit::insert(at, format!("{}{line}", line_end(text))))
}

/// Where the line of an entry ends that has one line of its own.
fn end_of_line(text: &str, key: &Node, value: &Node) -> Option<usize> {
    let plain = match &value.kind {
        Kind::Scalar(_, Written::Inline) | Kind::Alias(_) => true,
        Kind::Scalar(_, Written::Block) | Kind::Mapping(..) | Kind::Sequence(..) => false,
    };
    // A value that is not there has a place after its key, or none at all.
    let last = value.end.max(key.end);
    let rest = text.get(last..).filter(|_| plain)?;
    let end = rest.find('\n').unwrap_or(rest.len());
    let line = rest.get(..end)?;
    Some(last + line.trim_end_matches('\r').len())
}

/// What stands before `at` on its line.
fn line_before(text: &str, at: usize) -> Option<&str> {
    text.get(..at)?.rsplit('\n').next()
}

/// Whether `after` says what `before` says and gives the service the variable, nothing more.
fn is_twin(before: &Node, after: &str, service: &str, variable: Variable<'_>) -> bool {
    let Some(mut after) = tree::parse(after) else {
        return false;
    };
    let environment = after
        .get_mut("services")
        .and_then(|it| it.get_mut(service))
        .and_then(|it| it.get_mut("environment"));
    let taken = environment.is_some_and(|it| match &mut it.kind {
        Kind::Mapping(_, members) => members.pop().is_some_and(|last| is_member(&last, variable)),
        Kind::Sequence(_, items) => items.pop().is_some_and(|last| is_item(&last, variable)),
        Kind::Scalar(..) | Kind::Alias(_) => false,
    });
    taken && tree::is_same(before, &after)
}

fn is_member((key, value): &(Node, Node), variable: Variable<'_>) -> bool {
    let text = value.text();
    let text = text.filter(|it| !matches!(*it, "" | "~" | "null"));
    key.text() == Some(variable.name) && text == variable.value
}

fn is_item(item: &Node, variable: Variable<'_>) -> bool {
    let value = variable.value.map(|it| format!("={it}"));
    let wanted = format!("{}{}", variable.name, value.unwrap_or_default());
    item.text() == Some(&wanted)
}

#[cfg(test)]
mod tests;
