//! Dockerfiles, which are commands of a shell for the most part.

use super::shell;
use crate::lang::cursor::Cursor;
use crate::lang::gather::Gather;

pub(super) fn read<'t>(cursor: Cursor<'t>, gather: &mut Gather<'t>) {
    shell::read(cursor, gather);
}

#[cfg(test)]
mod tests {
    use crate::lang::Format;
    use crate::lang::data::samples::shown;

    fn read(text: &str) -> Vec<String> {
        shown(Format::Dockerfile, text)
    }

    #[test]
    fn variables_are_set_in_three_ways() {
        let text =
            "FROM x AS y\nENV A=one B=\"two x\" \\\n    C=three\nENV D four\nARG E=five\nARG F\n";
        let expected = ["A = one", "B = two x", "C = three", "D = four", "E = five"];
        assert_eq!(read(text), expected);
    }

    #[test]
    fn commands_are_read() {
        let text = "RUN export A=one && curl -u u:two x\nCMD [\"x\", \"--password=three\", \"--key\", \"4\"]\n";
        let expected = ["A = one", "password = two", "password = three", "key = 4"];
        assert_eq!(read(text), expected);
    }
}
