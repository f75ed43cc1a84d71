//! XML and HTML: elements with a text, attributes, and pairs of name and value.

use crate::lang::Context;
use crate::lang::cursor::Cursor;
use crate::lang::cursor::Escape;
use crate::lang::cursor::Reach;
use crate::lang::cursor::trim;
use crate::lang::gather::Gather;
use crate::lang::gather::Pair;
use crate::lang::lexer;
use crate::text::Span;

/// Elements within more elements than this are passed over.
const DEEPEST: usize = 256;

/// How many elements may be left open by one that is closed.
const FORGOTTEN: usize = 16;

/// Elements of HTML that are never closed.
const VOID: [&str; 9] = [
    "base", "br", "col", "embed", "hr", "img", "input", "link", "meta",
];

pub(super) fn read<'t>(cursor: Cursor<'t>, gather: &mut Gather<'t>) {
    let mut reader = Reader {
        cursor,
        gather,
        elements: Vec::new(),
        names: Vec::new(),
        ignored: 0,
    };
    while !reader.cursor.is_done() {
        reader.step();
    }
}

/// An element that is open; its name is in [`Reader::names`] at the same place.
#[derive(Debug)]
struct Element {
    /// What its attribute `name` or `key` says.
    label: Option<Span>,
    /// The text in it, as long as there is nothing else.
    text: Option<Span>,
    /// The key of a property list that waits for its value.
    key: Option<Span>,
    /// Children called `name` and `value`.
    pair: Pair,
}

struct Reader<'g, 't> {
    cursor: Cursor<'t>,
    gather: &'g mut Gather<'t>,
    elements: Vec<Element>,
    names: Vec<Span>,
    /// How many elements are open that are passed over.
    ignored: usize,
}

impl Reader<'_, '_> {
    /// Reads a text and the tag behind it.
    fn step(&mut self) {
        let text = self.cursor.take_while(|it| it != b'<');
        self.text(trim(self.cursor.text(), text));
        let after = self.cursor.peek_at(1);
        if self.cursor.eat("<!--") {
            self.cursor.take_past("-->");
        } else if self.cursor.eat("<![CDATA[") {
            let marked = self.cursor.take_past("]]>");
            self.text(marked);
        } else if self.cursor.eat("</") {
            self.close();
        } else if matches!(after, Some(b'!' | b'?')) {
            self.cursor.take_past(">");
        } else if after.is_some_and(|it| it.is_ascii_alphabetic() || it == b'_') {
            self.cursor.skip(1);
            self.open();
        } else {
            self.cursor.skip(1);
        }
    }

    fn text(&mut self, text: Span) {
        if let Some(element) = self.elements.last_mut()
            && !text.is_empty()
            && self.ignored == 0
        {
            element.text = Some(text);
        }
    }

    /// A name, without what says which schema it is from.
    fn take_name(&mut self) -> Span {
        let whole = self.cursor.take_while(|it| {
            !it.is_ascii_whitespace() && !matches!(it, b'=' | b'>' | b'/' | b'<' | b'"' | b'\'')
        });
        let name = whole.of(self.gather.text()).unwrap_or_default();
        let local = name.rsplit(':').next().unwrap_or(name);
        Span::new(whole.end - local.len(), whole.end)
    }

    fn open(&mut self) {
        let name = self.take_name();
        let full = self.elements.len() >= DEEPEST;
        if !full {
            self.names.push(name);
        }
        let label = self.attributes();
        let closed = self.cursor.eat("/");
        self.cursor.take_past(">");
        let lower = name
            .of(self.gather.text())
            .unwrap_or_default()
            .to_ascii_lowercase();
        if closed || VOID.contains(&&*lower) {
            if !full {
                self.names.pop();
            }
        } else if full {
            self.ignored += 1;
        } else {
            self.elements.push(Element {
                label,
                text: None,
                key: None,
                pair: Pair::new(Context::Entry),
            });
            self.foreign(&lower);
        }
    }

    /// Passes over what is written in other languages; scripts are read.
    fn foreign(&mut self, element: &str) {
        if !matches!(element, "script" | "style") {
            return;
        }
        let start = self.cursor.at();
        let rest = self.cursor.rest();
        let ends = |it: &usize| {
            let tag = rest.get(it + 2..it + 2 + element.len()).unwrap_or_default();
            rest.get(it + 1) == Some(&b'/') && tag.eq_ignore_ascii_case(element.as_bytes())
        };
        let length = memchr::memchr_iter(b'<', rest).find(ends);
        self.cursor.skip(length.unwrap_or(rest.len()));
        if element == "script" {
            let script = Span::new(start, self.cursor.at());
            lexer::read_script(script, self.gather);
        }
    }

    /// Binds attributes; returns what one called `name` or `key` says.
    fn attributes(&mut self) -> Option<Span> {
        let mut pair = Pair::new(Context::Argument);
        loop {
            self.cursor.take_while(|it| it.is_ascii_whitespace());
            let name = self.take_name();
            if name.is_empty() {
                // A sign that begins no name, as in templates, is passed over.
                match self.cursor.peek() {
                    None | Some(b'>' | b'<') => return pair.label(),
                    Some(b'/') if self.cursor.looks_at("/>") => return pair.label(),
                    Some(_) => self.cursor.skip(1),
                }
                continue;
            }
            self.cursor.take_while(|it| it.is_ascii_whitespace());
            if !self.cursor.eat("=") {
                continue;
            }
            self.cursor.take_while(|it| it.is_ascii_whitespace());
            let value = match self.cursor.peek() {
                Some(b'"' | b'\'') => self.cursor.take_quoted(Escape::None, Reach::Text),
                Some(_) | None => Some(
                    self.cursor
                        .take_while(|it| !it.is_ascii_whitespace() && it != b'>'),
                ),
            };
            if let Some(value) = value {
                self.gather.entry(&mut pair, name, &self.names, value);
            }
        }
    }

    fn close(&mut self) {
        let text = self.gather.text();
        let name = self.take_name();
        self.cursor.take_past(">");
        if self.ignored > 0 {
            self.ignored -= 1;
            return;
        }
        let matches = |it: &&Span| it.of(text) == name.of(text);
        let open = self.names.iter().rev().take(FORGOTTEN);
        let Some(height) = open
            .enumerate()
            .find(|(_, it)| matches(it))
            .map(|(it, _)| it)
        else {
            return;
        };
        for _ in 0..height {
            self.elements.pop();
            self.names.pop();
        }
        if let (Some(element), Some(opened)) = (self.elements.pop(), self.names.pop()) {
            self.bind(opened, &element);
        }
    }

    /// Binds the text of an element that has been closed.
    fn bind(&mut self, name: Span, element: &Element) {
        let Some(parent) = self.elements.last_mut() else {
            return self.bind_text(name, element);
        };
        // Only an element without children is a value.
        parent.text = None;
        let Some(text) = element.text else {
            return;
        };
        if name.of(self.gather.text()) == Some("key") && element.label.is_none() {
            parent.key = Some(text);
        }
        let key = parent.key.filter(|it| *it != text);
        if let Some(key) = key {
            parent.key = None;
            let named = self.gather.name(key).unwrap_or_default();
            self.gather.bind(named, &self.names, text, Context::Entry);
        } else if element.label.is_some() {
            self.bind_text(name, element);
        } else {
            self.gather.entry(&mut parent.pair, name, &self.names, text);
        }
    }

    fn bind_text(&mut self, name: Span, element: &Element) {
        let named = element.label.and_then(|it| self.gather.name(it));
        if let (Some(text), Some(name)) = (element.text, named.or_else(|| self.gather.name(name))) {
            self.gather.bind(name, &self.names, text, Context::Entry);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::lang::Context;
    use crate::lang::Format;
    use crate::lang::data::samples::{contexts, shown};

    fn read(text: &str) -> Vec<String> {
        shown(Format::Xml, text)
    }

    #[test]
    fn elements_enclose_their_text() {
        let text = "<?xml version='1.0'?>\n<a>\n  <b>one</b>\n  <n:c> two </n:c><d/><e></e>\n</a>";
        assert_eq!(read(text), ["a/b = one", "a/c = two"]);
    }

    #[test]
    fn attributes_are_bound() {
        let text = "<a b=\"one\" c = 'two'><d e=three /></a>";
        assert_eq!(read(text), ["a/b = one", "a/c = two", "a/d/e = three"]);
        assert_eq!(contexts(Format::Xml, text)[0], Context::Argument);
    }

    #[test]
    fn a_pair_of_name_and_value_is_one_binding() {
        let text = "<add key=\"A\" value=\"one\"/><input value='two' name='B'>\
                    <p><name>C</name><value>three</value></p>";
        let shown = read(text);
        for expected in ["add/A = one", "input/B = two", "p/C = three"] {
            assert!(shown.contains(&expected.to_owned()), "{shown:?}");
        }
    }

    #[test]
    fn a_name_in_an_attribute_names_the_text() {
        let text = "<r><string name=\"api_key\">one</string><entry key=\"B\">two</entry></r>";
        let expected = [
            "r/string/name = api_key",
            "r/api_key = one",
            "r/entry/key = B",
            "r/B = two",
        ];
        assert_eq!(read(text), expected);
    }

    #[test]
    fn keys_of_property_lists_name_what_follows() {
        let text = "<dict><key>A</key><string>one</string><key>B</key><true/></dict>";
        let expected = ["dict/key = A", "dict/A = one", "dict/key = B"];
        assert_eq!(read(text), expected);
    }

    #[test]
    fn marked_text_counts_and_comments_do_not() {
        let text = "<a><!-- <b>no</b> --><c><![CDATA[<one>]]></c></a>";
        assert_eq!(read(text), ["a/c = <one>"]);
    }

    #[test]
    fn scripts_are_read_and_styles_are_not() {
        let text =
            "<html><style>a { b: 'c' }</style><script>var key = \"one\"; x < y</script></html>";
        assert_eq!(read(text), ["key = one"]);
    }

    #[test]
    fn elements_that_are_left_open_are_survived() {
        let text = "<a><p>x<br><b>one</b></a></z><c>two</c> 1 < 2 <d";
        assert_eq!(read(text), ["a/p/b = one", "c = two"]);
    }

    #[test]
    fn depth_is_survived() {
        let deep = "<a>".repeat(10_000) + &"</a>".repeat(10_000);
        assert_eq!(read(&format!("{deep}<b>one</b>")), ["b = one"]);
    }
}
