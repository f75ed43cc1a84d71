//! What the value of a secret is made of.

use serde::{Deserialize, Serialize};

/// An alphabet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Charset {
    /// `0-9a-fA-F`.
    Hex,
    /// `0-9A-Za-z+/=`.
    Base64,
    /// `0-9A-Za-z_=-`.
    Base64url,
    /// `0-9A-Za-z`.
    Base62,
}

/// What in a value proves that it was issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Checksum {
    /// CRC-32 of the body in six base62 characters at the end, as GitHub and npm write it.
    Github,
    /// Three base64url parts, of which the first two are JSON objects.
    Jwt,
    /// An AWS access key id: base32 that decodes to an account number.
    AwsAccessKeyId,
    /// A `PyPI` macaroon: base64url that opens with the location.
    PypiMacaroon,
    /// A JSON object of a Google service account with a private key.
    GoogleServiceAccount,
    /// Base64 that decodes to so many bytes as an Azure storage key has.
    AzureStorageKey,
    /// A PEM, OpenSSH or PGP block whose body is base64, with the checksum of its armor if any.
    PrivateKey,
    /// A bot token of Discord: it opens with the number of an account.
    DiscordBotToken,
    /// Base64 of a name and a password that is not a stand-in, as HTTP's basic scheme has it.
    BasicCredentials,
    /// An address with a password that is not a stand-in.
    UrlPassword,
    /// A macaroon of either binary format, in base64 or hexadecimal digits.
    Macaroon,
    /// A token of Grafana: CRC-32 of the rest in hexadecimal digits at the end.
    GrafanaToken,
    /// A random UUID.
    UuidV4,
    /// A shared access signature of Azure, whose `sig` is 32 bytes in base64.
    AzureSas,
    /// A key file of `PuTTY` with the lines that it announces.
    PuttyKey,
    /// Base64 of a store that can hold a private key: PKCS #12, JKS or JCEKS.
    KeyStore,
    /// A JSON web key with its private part, as text or in base64.
    JwkPrivate,
    /// A private key of `WireGuard`: 32 bytes in base64 with the bits its curve asks for.
    WireguardKey,
    /// A seed of NATS: base 32 with its role and a CRC-16.
    NatsNkey,
    /// A seed of Stellar: base 32 with a CRC-16.
    StellarSeed,
    /// Base 58 with the double SHA-256 of the rest at the end, as wallets of Bitcoin write keys.
    Base58check,
    /// Bech32 with its checksum, as age and Nostr write keys.
    Bech32,
    /// Both halves of a key pair of Solana: 64 bytes as a list or in base 58.
    SolanaKeypair,
    /// Words of BIP 39 with their checksum, other than those that everybody knows.
    Mnemonic,
}
