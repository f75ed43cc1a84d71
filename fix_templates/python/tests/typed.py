"""What a type checker says about calls; only checked, never run."""

from typing import Optional, Union

from shield_secrets import SecretDict, get_secret, get_secret_json

strict: str = get_secret("a")
named: str = get_secret("a", env="B")
optional: Optional[str] = get_secret("a", None)
keyword: Optional[str] = get_secret("a", default=None, env="B")
text: str = get_secret("a", default="")
plain: Optional[str] = get_secret("a", default=None, plain=True)
either: Union[str, int] = get_secret("a", 1)
fields: SecretDict = get_secret_json("a")
missing: Optional[SecretDict] = get_secret_json("a", None)

filled: str = get_secret("a", default=None) or "b"

wrong: str = get_secret("a", None)  # type: ignore[assignment]
get_secret(1)  # type: ignore[call-overload]
get_secret("a", env=1)  # type: ignore[call-overload]
