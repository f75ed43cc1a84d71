//! Proofs that a value was issued, which the value carries in itself.

mod digits;
mod issued;
mod key_file;
mod key_text;
mod login;
mod phrase;

use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::pattern::Checksum;

/// Reads base64 with or without padding, and with bits beyond the last byte.
const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const BASE64: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const BASE64_URL: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// Whether `value` carries what it should.
pub(super) fn is_right(checksum: Checksum, value: &str) -> bool {
    match checksum {
        Checksum::Github => issued::has_crc(value),
        Checksum::Jwt => issued::is_jwt(value),
        Checksum::AwsAccessKeyId => issued::is_aws_access_key_id(value),
        Checksum::PypiMacaroon => issued::is_pypi_macaroon(value),
        Checksum::Macaroon => issued::is_macaroon(value),
        Checksum::GrafanaToken => issued::is_grafana_token(value),
        Checksum::DiscordBotToken => issued::is_discord_bot_token(value),
        Checksum::UuidV4 => issued::is_uuid_v4(value),
        Checksum::AzureStorageKey => issued::is_azure_storage_key(value),
        Checksum::AzureSas => issued::is_azure_signature(value),
        Checksum::GoogleServiceAccount => key_file::is_google_service_account(value),
        Checksum::PrivateKey => key_file::is_private_key(value),
        Checksum::PuttyKey => key_file::is_putty_key(value),
        Checksum::KeyStore => key_file::is_key_store(value),
        Checksum::JwkPrivate => key_file::is_private_jwk(value),
        Checksum::WireguardKey => key_text::is_wireguard_key(value),
        Checksum::NatsNkey => key_text::is_nats_seed(value),
        Checksum::StellarSeed => key_text::is_stellar_seed(value),
        Checksum::Base58check => digits::is_base58check(value),
        Checksum::Bech32 => digits::is_bech32(value),
        Checksum::SolanaKeypair => key_text::is_solana_keypair(value),
        Checksum::Mnemonic => phrase::is_mnemonic(value),
        Checksum::BasicCredentials => login::is_basic_credentials(value),
        Checksum::UrlPassword => login::has_url_password(value),
    }
}
