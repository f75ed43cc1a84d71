//! What was found in a file, sealed so that only the file opens it.

use chacha20poly1305::aead::{Aead as _, KeyInit as _};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};

/// A key that is made of the content of a file.
pub(super) type Seal = [u8; 32];

/// How many bytes of chance stand before what is sealed.
const NONCE: usize = 12;

/// Seals `found`.
pub(super) fn seal(key: &Seal, found: &[u8]) -> Option<Box<[u8]>> {
    let mut nonce = [0; NONCE];
    getrandom::fill(&mut nonce).ok()?;
    let cipher = ChaCha20Poly1305::new(&Key::from(*key));
    let sealed = cipher.encrypt(&Nonce::from(nonce), found).ok()?;
    Some([nonce.as_slice(), &sealed].concat().into())
}

/// Opens what was sealed with the same key.
pub(super) fn open(key: &Seal, sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
    let cipher = ChaCha20Poly1305::new(&Key::from(*key));
    cipher.decrypt(&Nonce::from(*nonce), sealed).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_is_opened_by_its_key_alone() {
        let found = b"what was found";
        let sealed = seal(&[7; 32], found).unwrap();
        assert!(memchr::memmem::find(&sealed, b"found").is_none());
        assert_ne!(sealed, seal(&[7; 32], found).unwrap());
        assert_eq!(open(&[7; 32], &sealed).unwrap(), found);
        assert_eq!(open(&[8; 32], &sealed), None);
        for number in 0..sealed.len() {
            let mut broken = sealed.clone();
            broken[number] ^= 1;
            assert_eq!(open(&[7; 32], &broken), None);
            assert_eq!(open(&[7; 32], &sealed[..number]), None);
        }
    }
}
