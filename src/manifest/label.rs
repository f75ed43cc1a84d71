//! Free text as the labels of stores.

/// The most characters of a label.
const LONGEST: usize = 256;

/// Free text as AWS takes it for a label.
#[must_use]
pub fn label(text: &str) -> String {
    let plain = text.trim().chars().take(LONGEST);
    plain
        .map(|it| if fits_label(it) { it } else { '_' })
        .collect()
}

/// Whether a label may have it.
#[must_use]
pub fn fits_label(c: char) -> bool {
    c.is_alphanumeric() || " _.:/=+-@".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_label_cannot_have_is_replaced() {
        assert_eq!(label(" R&D, {web} "), "R_D_ _web_");
        assert_eq!(label(&"ä".repeat(300)).chars().count(), LONGEST);
    }
}
