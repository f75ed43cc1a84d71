//! Terraform: what there is to know of secrets, and no values.

use minijinja::value::Serde;
use minijinja::{Value, context};
use serde::Serialize;

use super::iam::groups;
use super::render::Page;
use super::site::{Aws, Row};
use super::{Artifact, EmitError, Imports, Options, TerraformValues};

const TEMPLATE: &str = include_str!("../../fix_templates/infra/terraform/secrets.tf");

/// The file.
pub(super) fn emit(
    page: &Page<'_>,
    aws: &Aws,
    options: Options,
) -> Result<Vec<Artifact>, EmitError> {
    let all: Vec<&Row> = page.site.rows.iter().collect();
    let readers: Vec<Reader<'_>> = groups(&all, aws)
        .into_iter()
        .enumerate()
        .map(|(number, rows)| Reader {
            label: match number {
                0 => "reader".to_owned(),
                _ => format!("reader_{}", number + 1),
            },
            rows,
        })
        .collect();
    let more = context! {
        aws => Value::from(Serde(aws)),
        readers => Value::from(Serde(&readers)),
        write_only => options.values == TerraformValues::Wo,
        imports => options.imports == Imports::Existing,
        rotates => all.iter().any(|it| rotates(it)),
        by_alias => aws.kms_key.as_ref().is_some_and(|it| it.starts_with("alias/")),
        key => aws.kms_key.as_ref().map(|it| aws.keys(it)),
        services => aws
            .regions()
            .map(|it| format!("secretsmanager.{it}.amazonaws.com"))
            .collect::<Vec<_>>(),
    };
    let mut artifact = page.fill("secrets.tf", ("#", TEMPLATE), more)?;
    artifact.text = aligned(&artifact.text);
    Ok(vec![artifact])
}

/// A policy that lets these be read.
#[derive(Debug, Serialize)]
struct Reader<'r> {
    label: String,
    rows: Vec<&'r Row>,
}

/// Whether Terraform can be told what rotates it: a function of ours, or one that AWS has made.
fn rotates(row: &Row) -> bool {
    row.rotation
        .as_ref()
        .is_some_and(|it| it.by_function || it.hosted.is_some())
}

/// The text with the `=` of neighbouring lines below each other, as `terraform fmt` has them.
fn aligned(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut result: Vec<String> = Vec::with_capacity(lines.len());
    let beside = |a: &&str, b: &&str| match (argument(a), argument(b)) {
        (Some((a, _)), Some((b, _))) => depth(a) == depth(b),
        (None, _) | (_, None) => false,
    };
    for group in lines.chunk_by(beside) {
        let sides = || group.iter().filter_map(|it| argument(it));
        let width = sides().map(|(key, _)| key.chars().count()).max();
        match width {
            Some(width) => result.extend(sides().map(|(key, it)| format!("{key:<width$} = {it}"))),
            None => result.extend(group.iter().map(|it| (*it).to_owned())),
        }
    }
    result.push(String::new());
    result.join("\n")
}

/// How far a line is indented.
fn depth(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The two sides of a line that is an argument, and a whole one.
fn argument(line: &str) -> Option<(&str, &str)> {
    // There may be a `=` between the quotes of a tag, and no quote.
    let from = if line.trim_start().starts_with('"') {
        line.find("\" = ")? + 1
    } else {
        line.find(" = ")?
    };
    let (key, rest) = line.split_at_checked(from)?;
    let value = rest.strip_prefix(" = ")?;
    let is_key = !key.contains('#') && !value.ends_with(['{', '[', '(']);
    is_key.then_some((key, value))
}
