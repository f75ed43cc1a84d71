//! New values.

use crate::provision::ProvisionError;

/// What a new value is made of: what shells, addresses, XML and SQL leave alone.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// How many characters it has, of six bits each.
const LENGTH: usize = 40;

/// A new value that nobody can guess, of 240 random bits.
pub(super) fn random() -> Result<String, ProvisionError> {
    let mut bytes = zeroize::Zeroizing::new([0_u8; LENGTH]);
    getrandom::fill(&mut *bytes).map_err(|_none| ProvisionError::NoRandomness)?;
    let letters = bytes
        .iter()
        .filter_map(|it| ALPHABET.get(usize::from(it & 63)));
    Ok(letters.map(|it| char::from(*it)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_value_is_long_and_another_each_time() {
        let (one, other) = (random().unwrap(), random().unwrap());
        assert_eq!(one.len(), LENGTH);
        assert_ne!(one, other);
        assert!(one.bytes().all(|it| ALPHABET.contains(&it)));
    }
}
