//! Secrets of Kubernetes, whose values are base64 by definition.

use std::collections::{BTreeMap, BTreeSet};

use super::coding;
use crate::detect::candidate::{Scene, Sighting};
use crate::detect::classifier::Form;
use crate::detect::document::Document;
use crate::detect::likely;
use crate::detect::likely::Question;
use crate::finding::Coding;
use crate::finding::Subject;
use crate::lang::Binding;
use crate::lang::Format;
use crate::lang::Syntax;
use crate::pattern::Pattern;
use crate::pattern::Point;
use crate::secret::Secret;
use crate::text::Role;
use crate::text::Span;

/// The kind of a manifest whose `data` is encoded.
const KIND: &str = "Secret";

/// Which bindings of a document are encoded because it is the manifest of a secret.
#[derive(Debug, Default)]
pub(in crate::detect) struct Manifest<'d> {
    /// Where documents of YAML start; a JSON file is one.
    starts: Vec<usize>,
    /// The documents, and the paths in them, at which a manifest of a secret stands.
    secrets: BTreeSet<(usize, &'d [String])>,
}

impl<'d> Manifest<'d> {
    /// Looks for manifests in a document.
    pub(in crate::detect) fn of(document: &'d Document<'_>) -> Self {
        let text = document.text.as_bytes();
        let is_data = matches!(document.syntax, Syntax::Data(Format::Yaml | Format::Json));
        let has = |it: &str| memchr::memmem::find(text, it.as_bytes()).is_some();
        if !is_data || !has(KIND) || !has("data") {
            return Self::default();
        }
        let starts = memchr::memmem::find_iter(text, b"\n---");
        let mut manifest = Self {
            starts: starts.collect(),
            secrets: BTreeSet::new(),
        };
        let is_kind = |it: &&Binding| {
            it.name == "kind" && it.value.of(document.text).is_some_and(|it| it == KIND)
        };
        for kind in document.bindings().iter().filter(is_kind) {
            let number = manifest.number(kind.value);
            manifest.secrets.insert((number, &kind.path));
        }
        manifest
    }

    /// What a binding stands for, where it is one of the data of a secret.
    pub(in crate::detect) fn entry<'b>(
        &self,
        text: &str,
        binding: &'b Binding,
    ) -> Option<Entry<'b>> {
        let (last, around) = binding.path.split_last()?;
        let number = self.number(binding.value);
        let is_secret = last == "data" && self.secrets.contains(&(number, around));
        if !is_secret {
            return None;
        }
        let digits = binding.value.of(text)?.trim_end_matches('=');
        let (decoded, _) = coding::base64(digits.as_bytes())?;
        Some(Entry {
            binding,
            line: format!("{}: {decoded}", binding.name),
        })
    }

    /// Which document of the file holds `span`.
    fn number(&self, span: Span) -> usize {
        self.starts.partition_point(|it| *it < span.start)
    }
}

/// A binding of the data of a secret.
#[derive(Debug)]
pub(in crate::detect) struct Entry<'b> {
    binding: &'b Binding,
    /// The binding as it would be written if it were not encoded.
    line: String,
}

impl Entry<'_> {
    /// The sighting of it, if `point` wants what it stands for.
    pub(in crate::detect) fn sighting<'p>(
        &self,
        scene: Scene<'_>,
        (pattern, point): (&'p Pattern, &'p Point),
    ) -> Option<Sighting<'p>> {
        let binding = self.binding;
        let document = Document::new(&self.line, scene.document.syntax);
        let question = Question {
            scene: Scene {
                document: &document,
                ..scene
            },
            name: &binding.name,
            value: Span::new(binding.name.len() + 2, self.line.len()),
            form: Form::Bound,
        };
        if !scene.names.fit(point, &binding.name) {
            return None;
        }
        let doubt = likely::doubt(point, question);
        if doubt.is_some() && !scene.explain {
            return None;
        }
        Some(Sighting {
            pattern,
            point,
            also: Vec::new(),
            span: binding.value,
            subject: Subject::Value {
                secret: Secret::new(question.value.of(&self.line)?.to_owned()),
                name: Some(binding.name.clone()),
                role: Role::Plain,
            },
            likelihood: likely::likelihood(point, question),
            doubt,
            captures: BTreeMap::new(),
            codings: vec![Coding::Base64],
        })
    }
}
