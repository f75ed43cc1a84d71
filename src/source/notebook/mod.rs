//! Jupyter notebooks: their cells as texts, with the way back to the file.

mod json;

use camino::Utf8Path;

use self::json::Json;
use crate::text::Mapped;
use crate::text::Span;

/// The languages of cells that are not told by an extension of their own.
const LANGUAGES: [(&str, &str); 10] = [
    ("bash", "sh"),
    ("c++", "cpp"),
    ("javascript", "js"),
    ("julia", "jl"),
    ("python", "py"),
    ("python3", "py"),
    ("r", "r"),
    ("ruby", "rb"),
    ("scala", "scala"),
    ("typescript", "ts"),
];

/// The magic words of cells that are scripts of a shell.
const SHELLS: [&str; 5] = ["%%bash", "%%script", "%%sh", "%%zsh", "%%!"];

/// The magic words of lines that set variables of the environment.
const SETTERS: [&str; 2] = ["%env ", "%set_env "];

/// The magic words of cells that are texts of another language.
const TEXTS: [&str; 9] = [
    "%%file",
    "%%html",
    "%%HTML",
    "%%latex",
    "%%markdown",
    "%%perl",
    "%%ruby",
    "%%sql",
    "%%writefile",
];

/// The texts of a notebook.
#[derive(Debug)]
pub struct Notebook {
    /// Its texts, none of which is empty.
    pub chapters: Vec<Chapter>,
    /// What of the file they are made of, in order.
    pub covered: Vec<Span>,
}

/// Cells of one kind as one text: they share their names.
#[derive(Debug)]
pub struct Chapter {
    /// What the cells are.
    pub kind: &'static str,
    /// The extension of files with such a text.
    pub extension: String,
    /// The text, made of parts of the file.
    pub text: Mapped,
    /// Where in the text cells start, by number, from one.
    cells: Vec<(usize, usize)>,
}

impl Chapter {
    fn new(kind: &'static str, extension: &str) -> Self {
        Self {
            kind,
            extension: extension.to_owned(),
            text: Mapped::default(),
            cells: Vec::new(),
        }
    }

    /// The number of the cell that holds the byte at `offset`.
    #[must_use]
    pub fn cell(&self, offset: usize) -> Option<usize> {
        let after = self.cells.partition_point(|(start, _)| *start <= offset);
        let (_, number) = self.cells.get(after.checked_sub(1)?)?;
        Some(*number)
    }

    /// What is added next belongs to this cell.
    fn enter(&mut self, number: usize) {
        if self.cells.last().is_none_or(|(_, it)| *it != number) {
            self.cells.push((self.text.text().len(), number));
        }
    }

    /// Parts what was added from what comes.
    fn leave(&mut self, at: usize) {
        let nowhere = Span::new(at, at);
        if !self.text.text().ends_with('\n') {
            self.text.push("\n", nowhere);
        }
        self.text.push("\n", nowhere);
    }
}

/// Whether a file is called like a notebook.
#[must_use]
pub fn is_notebook(path: &Utf8Path) -> bool {
    path.extension() == Some("ipynb")
}

/// Reads a notebook; `None` for what is none, or one of a form that was given up in 2015.
#[must_use]
pub fn read(text: &str) -> Option<Notebook> {
    let root = json::read(text)?;
    let cells = root.get(text, "cells")?.items()?;
    let mut reader = Reader {
        source: text,
        code: Chapter::new("code", &extension(text, &root)),
        shell: Chapter::new("shell", "sh"),
        prose: Chapter::new("text", "txt"),
        covered: Vec::new(),
    };
    for (cell, number) in cells.iter().zip(1..) {
        reader.cell(cell, number);
    }
    let mut chapters = vec![reader.code, reader.shell, reader.prose];
    chapters.retain(|it| !it.text.text().trim().is_empty());
    reader.covered.sort_unstable();
    Some(Notebook {
        chapters,
        covered: reader.covered,
    })
}

/// The extension of files in the language of a notebook.
fn extension(text: &str, root: &Json) -> String {
    let metadata = root.get(text, "metadata");
    let told = |group: &str, key: &str| metadata?.get(text, group)?.get(text, key)?.text(text);
    if let Some(extension) = told("language_info", "file_extension") {
        return extension.trim_start_matches('.').to_ascii_lowercase();
    }
    let name = told("language_info", "name")
        .or_else(|| told("kernelspec", "language"))
        .unwrap_or("python")
        .to_ascii_lowercase();
    let known = LANGUAGES.iter().find(|(it, _)| *it == name);
    known.map_or(name.clone(), |(_, extension)| (*extension).to_owned())
}

/// Puts the texts of a notebook together.
struct Reader<'t> {
    source: &'t str,
    code: Chapter,
    shell: Chapter,
    prose: Chapter,
    covered: Vec<Span>,
}

impl Reader<'_> {
    fn cell(&mut self, cell: &Json, number: usize) {
        let field = |key: &str| cell.get(self.source, key);
        let is_code = field("cell_type").and_then(|it| it.text(self.source)) == Some("code");
        let lines = field("source").map(Json::texts).unwrap_or_default();
        let outputs = field("outputs").and_then(Json::items).unwrap_or_default();
        self.covered.extend(&lines);
        match self.kind(&lines) {
            Kind::Code if is_code => self.code(&lines, number),
            Kind::Shell if is_code => add(&mut self.shell, self.source, &lines, number),
            Kind::Code | Kind::Shell | Kind::Text => {
                add(&mut self.prose, self.source, &lines, number);
            }
        }
        for output in outputs {
            self.output(output, number);
        }
    }

    /// What a cell of code is, by its first word.
    fn kind(&self, lines: &[Span]) -> Kind {
        let first = lines.first().and_then(|it| it.of(self.source));
        let first = first.unwrap_or_default();
        // The escape of the line ending may follow at once.
        let word = first.split([' ', '\\']).next().unwrap_or_default();
        if SHELLS.contains(&word) {
            Kind::Shell
        } else if TEXTS.contains(&word) {
            Kind::Text
        } else {
            Kind::Code
        }
    }

    /// Adds code, in which magic is no code.
    fn code(&mut self, lines: &[Span], number: usize) {
        let mut cell = Mapped::default();
        for line in lines {
            cell.unescape(self.source, *line);
        }
        self.code.enter(number);
        let has_magic = self.code.extension == "py";
        let mut at = 0;
        for line in cell.text().split_inclusive('\n') {
            let span = Span::new(at, at + line.len());
            at = span.end;
            let indent = line.len() - line.trim_start().len();
            let word = line.trim_start();
            let magic = Span::new(span.start + indent, span.start + indent + 1);
            let command = SETTERS.iter().find(|it| word.starts_with(**it));
            let command = command.map(|it| it.len());
            let command = command.or(word.starts_with('!').then_some(1));
            let before = Span::new(span.start, magic.start);
            match command.filter(|_| has_magic) {
                Some(skipped) => {
                    self.shell.enter(number);
                    let rest = Span::new(magic.start + skipped, span.end);
                    self.shell.text.append(&cell, rest);
                    self.code.text.append(&cell, before);
                    self.code.text.push("pass\n", cell.origin(magic));
                }
                None if has_magic && word.starts_with(['%', '?']) => {
                    self.code.text.append(&cell, before);
                    self.code.text.push("#", cell.origin(magic));
                    let rest = Span::new(magic.end, span.end);
                    self.code.text.append(&cell, rest);
                }
                None => self.code.text.append(&cell, span),
            }
        }
        let end = lines.last().map_or(0, |it| it.end);
        self.code.leave(end);
    }

    /// Adds what a cell has written; pictures are left to those who read the file as a whole.
    fn output(&mut self, output: &Json, number: usize) {
        let field = |key: &str| output.get(self.source, key).map(Json::texts);
        let data = output.get(self.source, "data").and_then(Json::entries);
        let data = data.unwrap_or_default().iter();
        let texts = data.filter(|(key, _)| {
            let key = key.of(self.source).unwrap_or_default();
            key.starts_with("text/") || key.ends_with("+xml")
        });
        let texts = texts.map(|(_, it)| it.texts());
        let streams = ["text", "traceback", "evalue"]
            .into_iter()
            .filter_map(field);
        let all: Vec<Vec<Span>> = texts.chain(streams).collect();
        for lines in all {
            self.covered.extend(&lines);
            add(&mut self.prose, self.source, &lines, number);
        }
    }
}

/// What a cell of code is.
enum Kind {
    Code,
    Shell,
    Text,
}

/// Adds the lines of a cell to a chapter.
fn add(chapter: &mut Chapter, source: &str, lines: &[Span], number: usize) {
    let Some(last) = lines.last() else {
        return;
    };
    chapter.enter(number);
    for line in lines {
        chapter.text.unescape(source, *line);
    }
    chapter.leave(last.end);
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOOK: &str = r##"{
 "cells": [
  {"cell_type": "markdown", "metadata": {}, "source": ["# Title\n", "some \"words\""]},
  {"cell_type": "code", "metadata": {}, "outputs": [
     {"output_type": "stream", "name": "stdout", "text": ["out 1\n", "out 2"]},
     {"output_type": "display_data", "data": {"text/plain": "<Figure>", "image/png": "iVBORw0KGgo="}}],
   "source": [
    "%matplotlib inline\n",
    "!pip install x\n",
    "import os\n",
    "%env KEY=one\n",
    "if a:\n",
    "    !ls\n",
    "key = \"\u00e9\"\n"
   ]},
  {"cell_type": "code", "source": "%%bash\nexport A=1"},
  {"source": "print(key)", "cell_type": "code"}
 ],
 "metadata": {"kernelspec": {"language": "python"}, "language_info": {"file_extension": ".py"}},
 "nbformat": 4
}"##;

    #[test]
    fn cells_are_put_together_by_what_they_are() {
        let book = read(BOOK).unwrap();
        let texts: Vec<(&str, &str, &str)> = book
            .chapters
            .iter()
            .map(|it| (it.kind, it.extension.as_str(), it.text.text()))
            .collect();
        let code = "#matplotlib inline\npass\nimport os\npass\nif a:\n    pass\nkey = \"é\"\n\nprint(key)\n\n";
        let shell = "pip install x\nKEY=one\nls\n%%bash\nexport A=1\n\n";
        let prose = "# Title\nsome \"words\"\n\nout 1\nout 2\n\n<Figure>\n\n";
        let expected = [
            ("code", "py", code),
            ("shell", "sh", shell),
            ("text", "txt", prose),
        ];
        assert_eq!(texts, expected);
    }

    #[test]
    fn every_part_leads_back_to_its_cell_and_its_place() {
        let book = read(BOOK).unwrap();
        let code = &book.chapters[0];
        let at = code.text.text().find("\"é\"").unwrap();
        let origin = code.text.origin(Span::new(at, at + 4));
        assert_eq!(origin.of(BOOK), Some(r#"\"\u00e9\""#));
        assert_eq!(code.cell(at), Some(2));
        let last = code.text.text().find("print").unwrap();
        assert_eq!(code.cell(last), Some(4));
        let shell = &book.chapters[1];
        let key = shell.text.origin(Span::new(14, 21));
        assert_eq!(key.of(BOOK), Some("KEY=one"));
        assert!(book.covered.is_sorted());
        assert!(book.covered.iter().any(|it| it.contains(key)));
    }

    #[test]
    fn what_is_no_notebook_is_left_alone() {
        for text in [
            "",
            "{}",
            "[]",
            "{\"cells\": 1}",
            "{\"cells\": [",
            "{\"worksheets\": []}",
        ] {
            assert!(read(text).is_none(), "{text}");
        }
        assert!(read("{\"cells\": []}").unwrap().chapters.is_empty());
        assert!(read("{\"cells\": [1, [], {\"source\": 3}, {}]}").is_some());
        assert!(read(&"{\"cells\": [".repeat(100_000)).is_none());
    }

    #[test]
    fn the_language_is_told_by_the_notebook() {
        let of = |metadata: &str| {
            let text = format!("{{\"cells\": [], \"metadata\": {metadata}}}");
            extension(&text, &json::read(&text).unwrap())
        };
        assert_eq!(of("{\"language_info\": {\"file_extension\": \".R\"}}"), "r");
        assert_eq!(of("{\"kernelspec\": {\"language\": \"javascript\"}}"), "js");
        assert_eq!(
            of("{\"language_info\": {\"name\": \"haskell\"}}"),
            "haskell"
        );
        assert_eq!(of("{}"), "py");
    }
}
