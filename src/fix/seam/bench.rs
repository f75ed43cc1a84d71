//! What the edit of a seam is put together on.

use crate::detect::Document;
use crate::fix::home::Home;
use crate::fix::import;
use crate::lang::Gateway;
use crate::lang::ImportRequest;
use crate::lang::Language;
use crate::lang::Owner;
use crate::text::Edit;
use crate::text::Span;

/// The edits of a seam, as they are made.
pub(super) struct Bench<'b> {
    pub(super) document: &'b Document<'b>,
    pub(super) language: Language,
    pub(super) home: &'b Home,
    pub(super) gateway: &'b Gateway,
    /// The variables of secrets that pass, sorted.
    pub(super) variables: &'b [String],
    /// Whether everything that passes is a secret, as far as all calls say.
    pub(super) only_secrets: bool,
    /// In the order in which they are applied at one place.
    pub(super) edits: Vec<Edit>,
}

impl Bench<'_> {
    /// Makes the wrapper known for calls at `uses`, and tells what they are written with.
    pub(super) fn wrapper(&mut self, uses: &[Span]) -> Option<String> {
        let import = import::wrapper(self.document, self.home, uses).ok()?;
        self.edits.extend(import.edits);
        Some(import.callee)
    }

    /// Imports `symbol` from `module` for a use at `at`, and tells what it is called.
    pub(super) fn import(&mut self, module: &str, symbol: &str, at: Span) -> Option<String> {
        let (_, tree) = self.document.tree()?;
        let request = ImportRequest {
            module,
            symbol,
            alias: symbol,
            module_kind: self.home.kind,
            uses: &[at],
            beside: &self.home.beside,
            owner: Owner::Others,
        };
        let root = tree.root_node();
        let import = self.language.import(root, self.document.text, &request);
        let import = import.ok()?;
        for edit in import.edits {
            // Several names may go to one place, each once.
            if !self.edits.contains(&edit) {
                // What belongs to the project comes below.
                let own = &*self.home.module;
                let is_own = |it: &Edit| it.span == edit.span && it.content.contains(own);
                let place = self.edits.iter().position(is_own);
                self.edits.insert(place.unwrap_or(self.edits.len()), edit);
            }
        }
        Some(import.callee)
    }

    /// The quote that the file prefers.
    pub(super) fn quote(&self) -> char {
        self.document.quote()
    }

    /// `text` in the quotes of the file.
    pub(super) fn quoted(&self, text: &str) -> String {
        let quote = self.quote();
        format!("{quote}{text}{quote}")
    }

    /// A name for the list of secrets that nothing in the file has.
    pub(super) fn constant(&self) -> &'static str {
        let taken = |name: &str| self.document.text.contains(name);
        let names = ["SECRETS", "SHIELD_SECRETS", "SECRETS_BY_SHIELD"];
        names.into_iter().find(|it| !taken(it)).unwrap_or(names[0])
    }

    /// A name for a class that nothing in the file has.
    pub(super) fn class(&self, wanted: &'static str, other: &'static str) -> &'static str {
        if self.document.text.contains(wanted) {
            other
        } else {
            wanted
        }
    }

    /// The list of secrets, one on a line, each followed by a comma.
    pub(super) fn listed(&self, indent: &str) -> String {
        let lines = self.variables.iter();
        let lines = lines.map(|it| format!("{indent}{},", self.quoted(it)));
        let lines: Vec<String> = lines.collect();
        lines.join("\n") + "\n"
    }

    /// What the line that holds `offset` starts with.
    pub(super) fn indent(&self, offset: usize) -> &str {
        let before = self.document.text.get(..offset).unwrap_or("");
        let start = before.rfind('\n').map_or(0, |it| it + 1);
        let line = self.document.text.get(start..).unwrap_or("");
        let length = line.len() - line.trim_start_matches([' ', '\t']).len();
        line.get(..length).unwrap_or("")
    }
}

/// The name of a secret as the code makes it of its variable.
pub(super) fn name_of(variable: &str) -> String {
    variable.to_ascii_lowercase().replace('_', "-")
}
