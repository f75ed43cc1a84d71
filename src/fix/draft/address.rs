//! Literals that are addresses.

/// Names of the machine itself, as programs in containers and outside call it.
const LOCAL: [&str; 4] = ["localhost", "0.0.0.0", "host.docker.internal", "[::1]"];

/// Whether `text` is nothing but an address with a password.
pub(super) fn is_address(text: &str) -> bool {
    let Some((scheme, _)) = text.split_once("://") else {
        return false;
    };
    let letters = |it: char| it.is_ascii_alphanumeric() || "+.-".contains(it);
    scheme.chars().all(letters)
        && !scheme.is_empty()
        && authority(text).is_some_and(|it| it.contains('@'))
        && !text.contains(char::is_whitespace)
}

/// Whether `text` is an address with a password on the machine itself: nobody else gets anywhere
/// with it.
pub(super) fn is_local(text: &str) -> bool {
    if !is_address(text) {
        return false;
    }
    let place = authority(text).and_then(|it| it.rsplit('@').next());
    let places = place.unwrap_or_default().split(',');
    places.map(host).all(|it| {
        let digits = |c: char| c.is_ascii_digit() || c == '.';
        let is_loopback = it.starts_with("127.") && it.chars().all(digits);
        is_loopback || it.ends_with(".localhost") || LOCAL.contains(&&*it)
    })
}

/// What stands between the scheme and the path: login, host and port.
fn authority(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("://")?;
    rest.split(['/', '?', '#']).next()
}

/// The host without the port.
fn host(place: &str) -> String {
    let host = match place.find(']') {
        Some(end) => place.get(..=end),
        None => place.split(':').next(),
    };
    host.unwrap_or_default().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_on_the_machine_itself_is_local() {
        for text in [
            "postgres://app:app@localhost:5432/app",
            "redis://:app@127.0.0.1",
            "amqp://app:app@[::1]:5672/%2f",
            "https://app:app@shop.LOCALHOST/x?y=@z",
            "mongodb://app:app@localhost:1,127.0.0.1:2/app",
        ] {
            assert!(is_local(text), "{text}");
        }
    }

    #[test]
    fn an_address_elsewhere_is_not() {
        for text in [
            "postgres://app:app@db/localhost",
            "postgres://app:app@localhost.example.com/app",
            "postgres://localhost:app@db.example.com/app",
            "https://app:app@127.example.com/",
            "mongodb://app:app@localhost,db.example.com/app",
            "http://localhost/",
            "localhost",
        ] {
            assert!(!is_local(text), "{text}");
        }
    }
}
