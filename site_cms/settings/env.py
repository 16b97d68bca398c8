"""Typed reading of the environment.

Nothing here guesses: a value that cannot be read is an error that names the variable and what it should look like.
"""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off", ""})


def env_str(name: str, default: str = "") -> str:
    """The variable's text without surrounding space, or `default` where it is unset or empty."""
    return os.environ.get(name, "").strip() or default


def env_int(name: str, default: int) -> int:
    """A whole number, nought or more. Raises ImproperlyConfigured for anything else."""
    text = env_str(name, str(default))
    if not text.isascii() or not text.isdigit():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {text!r}.")
    return int(text)


def env_bool(name: str, default: bool = False) -> bool:
    """1, true, yes, on, or their opposites. Raises ImproperlyConfigured for anything else."""
    text = env_str(name, "1" if default else "0").lower()
    if text in TRUE:
        return True
    if text in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {text!r}.")


def env_list(name: str) -> list[str]:
    """Comma-separated values; empty ones are dropped."""
    return [part.strip() for part in os.environ.get(name, "").split(",") if part.strip()]


def env_path(name: str, default: Path) -> Path:
    """An absolute path; a relative one is taken from the working directory."""
    return Path(env_str(name, str(default))).absolute()


def env_url(name: str, default: str = "") -> str:
    """An http(s) address without a trailing slash. Raises ImproperlyConfigured for anything else."""
    text = env_str(name, default).rstrip("/")
    if text and (urlsplit(text).scheme not in {"http", "https"} or not urlsplit(text).hostname):
        raise ImproperlyConfigured(f"{name} must be an address such as https://example.com, not {text!r}.")
    return text


def require(needed: dict[str, str]) -> None:
    """Raise ImproperlyConfigured naming every variable of `needed` (name: what to set it to) that is unset."""
    missing = [f"  {name}: {hint}" for name, hint in needed.items() if not env_str(name)]
    if missing:
        raise ImproperlyConfigured("Threshold cannot start. Set in the environment:\n" + "\n".join(missing))


def database(default: dict[str, object]) -> dict[str, object]:
    """Django's database entry for DATABASE_URL (postgresql://user:password@host:port/name), or `default`."""
    url = urlsplit(env_str("DATABASE_URL"))
    if not url.scheme:
        return default
    if url.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must begin with postgresql://; only PostgreSQL 15 or newer will do.")
    options = dict(parse_qsl(url.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": unquote(url.hostname or options.pop("host", "")),
        "PORT": str(url.port or ""),
        "OPTIONS": options,
    }


def ensure_field_keys(keys: list[str]) -> None:
    """Raise ImproperlyConfigured unless each is a Fernet key: better now than when the first note is written."""
    for position, key in enumerate(keys, start=1):
        try:
            Fernet(key)
        except ValueError:
            raise ImproperlyConfigured(
                f"FIELD_KEYS: key {position} is no Fernet key. Make one with python -c "
                "'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'"
            ) from None


def ensure_smtp_address(text: str) -> None:
    """Raise ImproperlyConfigured unless it is the address of an SMTP server."""
    address = urlsplit(text)
    if address.scheme != "smtp" or not address.hostname:
        raise ImproperlyConfigured("SMTP_URL must be an address such as smtp://user:password@host:587?tls=starttls.")
