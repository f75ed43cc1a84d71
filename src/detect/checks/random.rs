//! Whether a text was drawn at random or made of words.
//!
//! Neighbouring letters tell: the pairs listed here make up nine tenths of the pairs in English
//! words and identifiers, and less than a quarter of the pairs in random letters.

use std::sync::LazyLock;

use super::words::{Words, list};

/// The pairs of letters that words are made of.
static PAIRS: Words = Words::new(|| {
    list(
        "ab ac ad ag ai ak al am an ap ar as at au av ay ba be bi bl bo br bs bu ca ce ch ci ck cl \
         co cr ct cu da de di do ds dr du ea ec ed ee ef eg ei el em en ep er es et ev ew ex ey fa \
         fe fi fl fo fr fu ga ge gh gi gl go gr gs ha he hi ho ia ib ic id ie if ig il im in io ip \
         ir is it iv iz ke ki la le li ll lo ls lt lu ly ma me mi mm mo mp mu na nc nd ne nf ng ni \
         nk nl no ns nt nu oa ob oc od of ok ol om on oo op or os ot ou ov ow pa pe ph pi pl po pp \
         pr pt pu qu ra rc rd re ri rk rl rm rn ro rr rs rt ru ry sa sc se sh si sk sl so sp ss st \
         su sy ta tc te th ti to tr ts tt tu ty ub ue ul um un up ur us ut va ve vi wa we wh wi wo \
         ys",
    )
});

/// For each pair of letters, whether it is listed.
static LISTED: LazyLock<Vec<bool>> = LazyLock::new(|| {
    let mut listed = vec![false; 26 * 26];
    for pair in PAIRS.iter() {
        if let [one, two] = pair.as_bytes()
            && let Some(it) = listed.get_mut(index(*one, *two))
        {
            *it = true;
        }
    }
    listed
});

/// With fewer pairs than this nothing can be told.
const LEAST: usize = 6;

/// Whether `text` looks random; also where it is too short to tell.
pub(super) fn is_random(text: &str) -> bool {
    if text.bytes().all(|it| it.is_ascii_hexdigit() || it == b'-') {
        return true;
    }
    let (pairs, known) = pairs(text.as_bytes());
    pairs < LEAST || known * 100 < pairs * 70
}

/// How many pairs of letters `text` has, and how many of them words are made of.
pub(in crate::detect) fn pairs(text: &[u8]) -> (usize, usize) {
    let mut pairs = 0;
    let mut known = 0;
    for pair in text.windows(2) {
        let [one, two] = pair else {
            continue;
        };
        // A capital after a small letter opens a word.
        let is_seam = one.is_ascii_lowercase() && two.is_ascii_uppercase();
        if one.is_ascii_alphabetic() && two.is_ascii_alphabetic() && !is_seam {
            pairs += 1;
            let place = index(one.to_ascii_lowercase(), two.to_ascii_lowercase());
            known += usize::from(LISTED.get(place).copied().unwrap_or(false));
        }
    }
    (pairs, known)
}

/// The place of a pair of small letters in the table.
fn index(one: u8, two: u8) -> usize {
    usize::from(one.wrapping_sub(b'a')) * 26 + usize::from(two.wrapping_sub(b'a'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_made_of_words() {
        for text in [
            "ServerlessV2PlatformVersions",
            "Ipv6CidrAssociations",
            "S3AccessPointAttachments",
            "refresh-token-cookie-v2",
            "airflow.kubernetes.pre_7_4_0_compatibility.secret.Secret",
            "FORBIDDEN_VALUE2",
            "user_settings_panel_2024",
            "com.acme.shop.checkout.PaymentKey1",
        ] {
            assert!(!is_random(text), "{text}");
        }
    }

    #[test]
    fn tokens_are_random() {
        for text in [
            "ZQH3oUDoQo1nLVDJya4blUcyqfqxu1NkEYoiWYU1",
            "9f86d081884c7d659a2feaa0c55ad015",
            "8e1f2c3a-93b4-4d6e-a7f8-19ab20cd3e4f",
            "k9x-vTq2",
            "xkcdqwzjvbpmghtnrl7",
            "nLdE1dr1sb8kFiYSOkL8pVW3KsJHBmzL",
        ] {
            assert!(is_random(text), "{text}");
        }
    }
}
