//! `ConfigModule` of Nest gets one more source, which is asked last.

use super::bench::Bench;
use super::schema::entry;
use crate::lang::NestPlace;
use crate::text::Edit;
use crate::text::Span;

/// Adds the source.
pub(super) fn propose(bench: &mut Bench<'_>, place: NestPlace) -> Option<String> {
    let callee = bench.wrapper(&[bench.gateway.span])?;
    let offset = match place {
        NestPlace::Arguments(offset)
        | NestPlace::Options(offset)
        | NestPlace::Sources(offset, _) => offset,
    };
    let text = bench.document.text;
    let outer = bench.indent(offset).to_owned();
    // Options on lines of their own are indented further than the brace before them.
    let opens = |it: &str| {
        it.split(['\n', '\r'])
            .next()
            .is_some_and(|it| it.trim().is_empty())
    };
    let broken = text.get(offset..).is_some_and(opens);
    let indent = match place {
        NestPlace::Options(_) if broken => format!("{outer}  "),
        NestPlace::Arguments(_) | NestPlace::Options(_) | NestPlace::Sources(..) => outer,
    };
    let source = source(bench, &indent, &callee);
    let written = match place {
        NestPlace::Arguments(_) => format!("{{ load: [{source}] }}"),
        NestPlace::Options(_) if broken => format!("\n{indent}load: [{source}],"),
        NestPlace::Options(_) => format!(" load: [{source}],"),
        NestPlace::Sources(_, false) => source,
        NestPlace::Sources(_, true) => format!(",{}{source}", separator(bench, offset)),
    };
    bench.edits.push(Edit::insert(offset, written));
    Some(format!(
        "let `ConfigService` ask `{callee}` for secrets that no other source has"
    ))
}

/// `() => ({ A_SECRET: getSecret("a-secret", undefined) })`.
fn source(bench: &Bench<'_>, indent: &str, callee: &str) -> String {
    let lines = bench.variables.iter();
    let lines = lines.map(|it| format!("{indent}  {},\n", entry(bench, it, callee)));
    let lines: Vec<String> = lines.collect();
    format!("() => ({{\n{}{indent}}})", lines.concat())
}

/// What stands between the elements of the list that ends at `offset`.
fn separator(bench: &Bench<'_>, offset: usize) -> String {
    let before = Span::new(0, offset).of(bench.document.text).unwrap_or("");
    let line = before.rsplit('\n').next().unwrap_or("");
    let alone = !line.contains('[');
    if alone {
        format!("\n{}", bench.indent(offset))
    } else {
        " ".to_owned()
    }
}
