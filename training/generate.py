#!/usr/bin/env python3
"""Writes programs and settings with made-up secrets, to train the model on.

    python3 training/generate.py DIR

The benchmark has many passwords of tests and few keys as they leak; these are the latter. Every
value is drawn at random here: nobody has issued or used it.
"""

import argparse
import base64
import pathlib
import random
import string
import uuid

SEED = 11
FILES = 24
LINES = 14

WORDS = """amber anchor apple arrow autumn basket beacon berry blossom breeze bridge butter candle canyon
castle cedar cherry cloud clover copper coral cotton cricket crystal dolphin dragon eagle ember falcon
feather fern fire flower forest fox garden ginger glacier grape harbor hazel honey island ivory jasmine
juniper lantern lemon lilac lion maple marble meadow melon mint monkey moon mountain nectar night nova
ocean olive orange orchid otter panda pearl pepper phoenix pine planet plum poppy rabbit rain raven
river rocket rose saffron shadow silver sky snow spring star stone storm summer sun thunder tiger topaz
tulip turtle velvet violet walnut water whale willow wind winter wolf zebra london paris berlin tokyo
michael jessica daniel laura thomas anna peter maria welcome football soccer hockey guitar coffee pizza
""".split()

NAMES = {
    "password": """password passwd db_password DB_PASSWORD dbPassword admin_password ADMIN_PASSWORD smtp_password
        mysql_root_password POSTGRES_PASSWORD redis_password userPassword adminPass db_pass DB_PASS rootPwd
        ftp_pwd EMAIL_HOST_PASSWORD keystorePassword ldap_bind_password passphrase sudo_pass mail_password
        MONGO_PASSWORD proxyPassword wifi_password user_passwd loginPassword""".split(),
    "token": """token api_token API_TOKEN access_token accessToken auth_token authToken GITHUB_TOKEN bot_token
        BOT_TOKEN slack_token refreshToken refresh_token bearer_token NPM_TOKEN deploy_token telegramToken
        discord_token SENTRY_AUTH_TOKEN personalAccessToken webhook_token session_token""".split(),
    "key": """api_key apiKey API_KEY apikey APIKEY access_key accessKey secret_access_key AWS_SECRET_ACCESS_KEY
        encryption_key ENCRYPTION_KEY private_key signing_key master_key storage_key accountKey
        STRIPE_API_KEY MAPS_API_KEY SENDGRID_API_KEY openai_api_key license_key aes_key""".split(),
    "secret": """secret SECRET client_secret clientSecret CLIENT_SECRET SECRET_KEY secret_key secretKey jwt_secret
        JWT_SECRET jwtSecret app_secret appSecret session_secret SESSION_SECRET cookieSecret
        consumer_secret shared_secret webhook_secret WEBHOOK_SECRET SECRET_KEY_BASE oauth_secret""".split(),
    "other": """auth credential credentials salt SALT nonce signature password_salt db_credentials hmac_seed
        encryption_iv_key""".split(),
}

PREFIXES = "sk- pk_live_ key- tok_ xapp- live_ prod_ SG. api- ak_ AC sec_ whsec_ acc_ app-".split()


def token(rng, alphabet, length):
    return "".join(rng.choice(alphabet) for _ in range(length))


def drawn(rng):
    """A key or token as issuers draw them."""
    kind = rng.randrange(8)
    letters = string.ascii_letters + string.digits
    if kind == 0:
        return token(rng, "0123456789abcdef", rng.choice([16, 24, 32, 32, 40, 48, 64]))
    if kind == 1:
        return base64.b64encode(rng.randbytes(rng.choice([16, 24, 32, 48, 64]))).decode()
    if kind == 2:
        return base64.urlsafe_b64encode(rng.randbytes(rng.choice([16, 24, 32, 48]))).decode().rstrip("=")
    if kind == 3:
        return str(uuid.UUID(bytes=rng.randbytes(16), version=4))
    if kind == 4:
        return token(rng, string.ascii_uppercase + string.digits, rng.choice([16, 20, 24, 32]))
    if kind == 5:
        return rng.choice(PREFIXES) + token(rng, letters, rng.choice([20, 24, 32, 40]))
    if kind == 6:
        return token(rng, string.ascii_lowercase + string.digits, rng.choice([16, 20, 24, 32, 40]))
    return token(rng, letters, rng.choice([16, 20, 22, 24, 32, 40, 43, 48, 64]))


def chosen(rng):
    """A password as people choose or generate them."""
    kind = rng.randrange(8)
    word = rng.choice(WORDS)
    number = str(rng.choice([rng.randrange(10), rng.randrange(100), rng.randrange(1940, 2025), rng.randrange(10000)]))
    sign = rng.choice("!@#$%&*?.-_+")
    if kind == 0:
        return word + number
    if kind == 1:
        return word.capitalize() + number + sign
    if kind == 2:
        return word.capitalize() + sign + number
    if kind == 3:
        return "-".join(rng.choice(WORDS) for _ in range(rng.choice([2, 3, 4])))
    if kind == 4:
        leet = str.maketrans({"a": "@", "o": "0", "e": "3", "i": "1", "s": "5"})
        return word.capitalize().translate(leet) + number
    if kind == 5:
        return word + rng.choice(WORDS).capitalize() + number
    if kind == 6:
        signs = string.ascii_letters + string.digits + "!@#%^&*-_=+?"
        return token(rng, signs, rng.choice([8, 10, 12, 14, 16, 20]))
    return token(rng, string.ascii_letters + string.digits, rng.choice([8, 10, 12, 14]))


FORMS = {
    "app/config.py": ['{n} = "{v}"', "{n} = '{v}'", 'app.config["{n}"] = "{v}"', 'client = Client({n}="{v}")',
                      '{n} = os.getenv("{n}", "{v}")', "    '{n}': '{v}',"],
    "src/server.js": ['const {n} = "{v}";', "  {n}: '{v}',", "process.env.{n} = '{v}';", 'let {n} = `{v}`;'],
    "src/client.ts": ["const {n}: string = '{v}';", '  private {n} = "{v}";', '  {n}: "{v}",'],
    "deploy/values.yaml": ["{n}: {v}", '  {n}: "{v}"', "      {n}: '{v}'"],
    "config/settings.json": ['  "{n}": "{v}",'],
    ".env": ["{n}={v}", 'export {n}="{v}"'],
    "conf/app.properties": ["app.{n}={v}", "{n} = {v}"],
    "conf/app.ini": ["{n} = {v}"],
    "Settings.toml": ['{n} = "{v}"'],
    "main.go": ['\t{n} := "{v}"', 'const {n} = "{v}"', '\t\t{n}: "{v}",'],
    "src/main/java/Shop.java": ['    private static final String {n} = "{v}";', '    String {n} = "{v}";'],
    "Program.cs": ['    var {n} = "{v}";', '    public const string {n} = "{v}";'],
    "lib/shop.rb": ["{n} = '{v}'", '  {n}: "{v}",', "  :{n} => '{v}',"],
    "index.php": ["$${n} = '{v}';", "define('{n}', '{v}');", "    '{n}' => '{v}',"],
    "run.sh": ["export {n}={v}", '{n}="{v}"', "curl -d '{n}={v}' $URL", "login --{n} {v}"],
    "docker-compose.yml": ["      - {n}={v}", "      {n}: {v}"],
    "main.tf": ['  {n} = "{v}"'],
    "README.md": ["    {n}={v}", "The {n} is `{v}`.", "{n}: {v}"],
    "notes.txt": ["{n}: {v}", "{n} = {v}"],
    "web.config": ['    <add key="{n}" value="{v}" />', "    <{n}>{v}</{n}>"],
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    folder = parser.parse_args().folder
    rng = random.Random(SEED)
    for number in range(FILES):
        for name, forms in FORMS.items():
            lines = []
            for _ in range(LINES):
                kind = rng.choice(["password", "token", "key", "secret", "secret", "key", "other"])
                value = chosen(rng) if kind == "password" else drawn(rng)
                bound = rng.choice(NAMES[kind])
                lines.append(rng.choice(forms).replace("{n}", bound).replace("{v}", value))
            path = folder / f"project{number}" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
