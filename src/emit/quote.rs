//! Free text, made fit to stand in code.

/// Free text without what any reader of the code acts on.
///
/// What is left are printable characters of ASCII, letters and digits; nothing in it opens a
/// template: of Terraform, of the CDK, of `CloudFormation` (`{{resolve:secretsmanager:…}}` would
/// put a value there), or of Kubernetes' operators.
pub(super) fn clean(text: &str, longest: usize) -> String {
    let mut result = String::new();
    for c in text.trim().chars().take(longest) {
        let fits = c.is_alphanumeric() || c.is_ascii_graphic() || c == ' ';
        let opens = c == '{' && result.ends_with(['{', '$', '%', '#']);
        if opens {
            result.push(' ');
        }
        result.push(if fits { c } else { ' ' });
    }
    result
}

/// In double quotes, as JSON, YAML, Python and TypeScript read it.
///
/// After [`clean`] there is nothing in a text that these read in different ways.
pub(super) fn double(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// In double quotes, as Terraform reads it.
pub(super) fn hcl(text: &str) -> String {
    double(text).replace("${", "$${").replace("%{", "%%{")
}

/// In double quotes, as Compose reads YAML.
pub(super) fn compose(text: &str) -> String {
    double(text).replace('$', "$$")
}

/// In single quotes, as a shell reads it.
pub(super) fn sh(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// In single quotes, as SQL reads it.
pub(super) fn sql(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_opens_a_template_is_left() {
        for text in [
            "{{resolve:secretsmanager:/prod/db}}",
            "{{{{{{",
            "${Token[1]}",
            "%{ if true }",
            "{%raw",
            "{\n{x",
            "$\u{0}{x}",
        ] {
            let left = clean(text, 100);
            for opening in ["{{", "${", "%{", "\n"] {
                assert!(!left.contains(opening), "{left}");
            }
        }
    }

    #[test]
    fn what_cannot_be_seen_is_a_space() {
        assert_eq!(clean("a\u{202e}b\tc\r\nd é 漢", 100), "a b c  d é 漢");
        assert_eq!(clean("abc", 2), "ab");
    }
}
