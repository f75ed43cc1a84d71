//! From a template, or a value of JSON, to a file.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior, Value, context};
use serde_json::Value as Json;

use super::site::Site;
use super::{Artifact, EmitError, Run, Target};
use super::{mark, quote};

/// What every file of a target has in common.
#[derive(Debug)]
pub(super) struct Page<'s> {
    /// The secrets.
    pub(super) site: &'s Site,
    /// The word by which the files are known again.
    pub(super) mark: String,
    target: Target,
}

impl<'s> Page<'s> {
    /// What the files of `target` have in common, for a manifest that is written as `manifest`.
    pub(super) fn new(site: &'s Site, manifest: &str, target: Target) -> Self {
        Self {
            site,
            mark: mark::blank(manifest),
            target,
        }
    }

    /// The first lines of a file whose comments begin with `comment`.
    pub(super) fn head(&self, comment: &str) -> String {
        let (mark, environment) = (&self.mark, &self.site.environment);
        let target = self.target.word();
        format!(
            "{comment} Made by shield from shield.secrets.yaml, for {environment}: names, never values.\n\
             {comment} `shield provision emit {target}` makes it anew, until it is changed by hand.\n\
             {comment} {mark}\n"
        )
    }

    /// A file made of `template`, with what is in `more`.
    pub(super) fn fill(
        &self,
        path: &str,
        (comment, template): (&str, &str),
        more: Value,
    ) -> Result<Artifact, EmitError> {
        let broken = |source| EmitError::Template {
            target: self.target.title(),
            source,
        };
        let syntax = SyntaxConfig::builder()
            .block_delimiters("<%", "%>")
            .variable_delimiters("<<", ">>")
            .comment_delimiters("<#", "#>")
            .trim_blocks(true)
            .lstrip_blocks(true)
            .keep_trailing_newline(true)
            .build()
            .map_err(broken)?;
        let mut environment = Environment::new();
        environment.set_syntax(syntax);
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        for (name, filter) in [
            ("double", quote::double as fn(&str) -> String),
            ("hcl", quote::hcl),
            ("compose", quote::compose),
            ("sh", quote::sh),
            ("sql", quote::sql),
        ] {
            environment.add_filter(name, filter);
        }
        let common = context! {
            site => Value::from(Serde(self.site)),
            head => self.head(comment),
        };
        let text = environment
            .render_str(template, context! { ..more, ..common })
            .map_err(broken)?;
        Ok(Artifact {
            path: path.to_owned(),
            text,
            run: Run::No,
        })
    }

    /// A file of JSON.
    pub(super) fn json(path: &str, value: &Json) -> Artifact {
        Artifact {
            path: path.to_owned(),
            text: format!("{value:#}\n"),
            run: Run::No,
        }
    }
}
