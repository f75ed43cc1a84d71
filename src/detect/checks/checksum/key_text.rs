//! Keys in one word: seeds of NATS and Stellar, keys of `WireGuard` and Solana.

use std::collections::BTreeSet;

use base64::Engine as _;

use super::BASE64;
use super::digits;

/// How many bytes a key on a curve of 255 bits has.
const CURVE_KEY: usize = 32;

/// How many bytes both halves of a key pair have.
const PAIR: usize = 64;

/// A pair has more different bytes than this but by a rare accident.
const FEW: usize = 32;

/// What the first byte of a seed says, on its five high bits, for NATS and Stellar alike: an `S`.
const SEED: u8 = 18 << 3;

/// What a seed of NATS can be for: account, cluster, curve, operator, server, user.
const ROLES: [u8; 6] = [0, 2 << 3, 23 << 3, 14 << 3, 13 << 3, 20 << 3];

/// Whether the value is a seed of NATS: its kind, 32 bytes, and a CRC-16.
pub(super) fn is_nats_seed(value: &str) -> bool {
    let Some(bytes) = checked(value) else {
        return false;
    };
    let [first, second, key @ ..] = bytes.as_slice() else {
        return false;
    };
    let role = (first & 7) << 5 | second >> 3;
    first & !7 == SEED && ROLES.contains(&role) && key.len() == CURVE_KEY
}

/// Whether the value is a seed of Stellar: its kind, 32 bytes, and a CRC-16.
pub(super) fn is_stellar_seed(value: &str) -> bool {
    let bytes = checked(value).unwrap_or_default();
    bytes.first() == Some(&SEED) && bytes.len() == 1 + CURVE_KEY
}

/// The bytes of base 32 before the CRC-16 at their end, if it is right.
fn checked(value: &str) -> Option<Vec<u8>> {
    let mut bytes = digits::base32(value)?;
    let body = bytes.len().checked_sub(2)?;
    let sum = bytes.split_off(body);
    (sum == digits::crc16(&bytes).to_le_bytes()).then_some(bytes)
}

/// Whether the value is 32 bytes with the bits that Curve25519 asks for, as `wg genkey` makes it.
pub(super) fn is_wireguard_key(value: &str) -> bool {
    let Ok(bytes) = BASE64.decode(value) else {
        return false;
    };
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else {
        return false;
    };
    bytes.len() == CURVE_KEY && first.trailing_zeros() >= 3 && last & 0xc0 == 0x40
}

/// Whether the value is both halves of a pair: a list of bytes, or base 58.
pub(super) fn is_solana_keypair(value: &str) -> bool {
    let bytes = if value.starts_with('[') {
        let inner = value.trim_matches(['[', ']']).split(',');
        inner.map(|it| it.trim().parse().ok()).collect()
    } else {
        digits::base58(value)
    };
    let bytes: Vec<u8> = bytes.unwrap_or_default();
    let distinct: BTreeSet<u8> = bytes.iter().copied().collect();
    bytes.len() == PAIR && distinct.len() > FEW
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_of_nats_ends_with_its_sum() {
        let seed = concat!(
            "SUACSSL3UAHUDXKFSNVUZRF5",
            "UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY"
        );
        assert!(is_nats_seed(seed));
        assert!(!is_nats_seed(&seed.replace("SUAC", "SUAD")));
        assert!(!is_stellar_seed(seed));
        assert!(!is_nats_seed("SU"));
    }

    #[test]
    fn a_seed_of_stellar_ends_with_its_sum() {
        let seed = concat!(
            "SDJHRQF4GCMIIKAAAQ6IHY42",
            "X73FQFLHUULAPSKKD4DFDM7UXWWCRHBE"
        );
        assert!(is_stellar_seed(seed));
        assert!(!is_stellar_seed(&seed.replace("SDJH", "SDJI")));
        assert!(!is_nats_seed(seed));
        assert!(!is_stellar_seed(""));
    }

    #[test]
    fn a_key_of_wireguard_is_clamped() {
        let mut key: Vec<u8> = (1..33_u8).map(|it| it.wrapping_mul(37)).collect();
        key[0] &= 0xf8;
        key[31] = key[31] & 0x7f | 0x40;
        assert!(is_wireguard_key(&BASE64.encode(&key)));
        key[0] |= 1;
        assert!(!is_wireguard_key(&BASE64.encode(&key)));
        assert!(!is_wireguard_key(""));
    }

    #[test]
    fn a_pair_of_solana_has_64_bytes() {
        let list = |count: u8| {
            let numbers: Vec<String> = (0..count)
                .map(|it| it.wrapping_mul(37).to_string())
                .collect();
            format!("[{}]", numbers.join(", "))
        };
        assert!(is_solana_keypair(&list(64)));
        assert!(!is_solana_keypair(&list(63)));
        assert!(!is_solana_keypair(&list(64).replace("37,", "370,")));
        assert!(!is_solana_keypair(&format!("[{}0]", "0,".repeat(63))));
        assert!(!is_solana_keypair("abc"));
    }
}
