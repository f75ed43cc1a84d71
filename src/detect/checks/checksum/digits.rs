//! Bytes written in base 32 and base 58, and the checksums that come with them.

use sha2::{Digest as _, Sha256};

/// The digits of base 58 as Bitcoin has them: without those that look alike.
const BASE58: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// The digits of Bech32.
const BECH32: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/// Values longer than this are not read in base 58, which takes quadratic time.
const LONGEST_BASE58: usize = 160;

/// How many digits at the end of Bech32 are its checksum.
const BECH32_SUM: usize = 6;

/// What the factors of Bech32's code add to its state.
const BECH32_GENERATOR: [u32; 5] = [
    0x3b6a_57b2,
    0x2650_8e6d,
    0x1ea1_19fa,
    0x3d42_33dd,
    0x2a14_62b3,
];

/// The bytes of base 32 in capitals, without padding.
pub(super) fn base32(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 5 / 8);
    let mut held = 0_u32;
    let mut bits = 0;
    for digit in text.bytes() {
        let number = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'2'..=b'7' => digit - b'2' + 26,
            _ => return None,
        };
        held = (held << 5 | u32::from(number)) & 0xfff;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            let [.., byte] = (held >> bits).to_be_bytes();
            bytes.push(byte);
        }
    }
    Some(bytes)
}

/// The CRC-16 that XMODEM uses.
pub(super) fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |sum, it| {
        let start = sum ^ u16::from(*it) << 8;
        (0..8).fold(start, |state, _| {
            let next = state << 1;
            if state & 0x8000 == 0 {
                next
            } else {
                next ^ 0x1021
            }
        })
    })
}

/// The bytes of base 58.
pub(super) fn base58(text: &str) -> Option<Vec<u8>> {
    if text.len() > LONGEST_BASE58 {
        return None;
    }
    // The least byte first.
    let mut bytes: Vec<u8> = Vec::with_capacity(text.len());
    for digit in text.bytes() {
        let place = BASE58.iter().position(|it| *it == digit)?;
        let mut carry = u32::try_from(place).ok()?;
        for byte in &mut bytes {
            carry += u32::from(*byte) * 58;
            let [.., low] = carry.to_be_bytes();
            *byte = low;
            carry >>= 8;
        }
        if carry > 0 {
            let [.., low] = carry.to_be_bytes();
            bytes.push(low);
        }
    }
    let zeros = text.bytes().take_while(|it| *it == b'1').count();
    bytes.extend(std::iter::repeat_n(0, zeros));
    bytes.reverse();
    Some(bytes)
}

/// Whether the value is base 58 whose last four bytes are the double SHA-256 of those before.
pub(super) fn is_base58check(value: &str) -> bool {
    let Some(bytes) = base58(value) else {
        return false;
    };
    let Some((body, sum)) = bytes.split_last_chunk::<4>() else {
        return false;
    };
    !body.is_empty() && Sha256::digest(Sha256::digest(body)).starts_with(sum)
}

/// Whether the value is Bech32 with the right checksum, all in capitals or none.
pub(super) fn is_bech32(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    if lower != value && value.to_ascii_uppercase() != value {
        return false;
    }
    let Some((prefix, data)) = lower.rsplit_once('1') else {
        return false;
    };
    let place = |it: u8| BECH32.iter().position(|digit| *digit == it);
    let digits: Option<Vec<usize>> = data.bytes().map(place).collect();
    let Some(digits) = digits.filter(|it| it.len() > BECH32_SUM && !prefix.is_empty()) else {
        return false;
    };
    let high = prefix.bytes().map(|it| u32::from(it >> 5));
    let low = prefix.bytes().map(|it| u32::from(it & 31));
    let rest = digits.iter().filter_map(|it| u32::try_from(*it).ok());
    let state = high.chain([0]).chain(low).chain(rest).fold(1, polymod);
    state == 1
}

/// One step of Bech32's code.
fn polymod(state: u32, digit: u32) -> u32 {
    let top = state >> 25;
    let next = (state & 0x01ff_ffff) << 5 ^ digit;
    let factors = BECH32_GENERATOR.iter().zip(0..);
    factors
        .filter(|(_, bit)| top >> bit & 1 == 1)
        .fold(next, |sum, (it, _)| sum ^ it)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_32_gives_bytes() {
        assert_eq!(base32("MZXW6YTBOI").as_deref(), Some(b"foobar".as_slice()));
        assert_eq!(base32("").as_deref(), Some([].as_slice()));
        assert_eq!(base32("MZXW1"), None);
        assert_eq!(base32("mzxw6"), None);
    }

    #[test]
    fn the_sum_of_xmodem_is_known() {
        assert_eq!(crc16(b"123456789"), 0x31c3);
    }

    #[test]
    fn base_58_gives_bytes_and_keeps_zeros() {
        assert_eq!(
            base58("2NEpo7TZRRrLZSi2U").as_deref(),
            Some(b"Hello World!".as_slice())
        );
        assert_eq!(base58("11").as_deref(), Some([0, 0].as_slice()));
        assert_eq!(base58("0OIl"), None);
        assert_eq!(base58(&"z".repeat(161)), None);
    }

    #[test]
    fn a_wallet_key_ends_with_its_sum() {
        let key = concat!("5HueCGU8rMjxEXxiPuD5BDku", "4MkFqeZyd4dZ1jvhTVqvbTLvyTJ");
        assert!(is_base58check(key));
        assert!(!is_base58check(&key.replace("Hue", "HuE")));
        assert!(!is_base58check(""));
        assert!(!is_base58check("1111"));
    }

    #[test]
    fn bech32_ends_with_its_sum() {
        let words = "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw";
        assert!(is_bech32(words));
        assert!(is_bech32(&words.to_ascii_uppercase()));
        assert!(is_bech32(
            "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w"
        ));
        assert!(!is_bech32(&words.replace("xw", "xx")));
        for wrong in [
            "a12uel5l",
            "Abcdef1qpzry",
            "1qqqqqqq",
            "a1b",
            "",
            "x1b4n0q5v",
        ] {
            assert!(!is_bech32(wrong), "{wrong}");
        }
    }
}
