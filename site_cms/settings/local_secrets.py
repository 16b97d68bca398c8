"""Secrets for development: made once, kept under VAR_DIR, readable by the owner alone."""

import base64
import contextlib
import os
import secrets
from pathlib import Path


def local_secret(var_dir: Path, name: str) -> str:
    """The secret called `name`: 32 random bytes, urlsafe base64 (also a valid Fernet key). Safe when several start."""
    path = var_dir / "secrets" / name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)  # atomic, and the first one wins
        draft.unlink()
    return path.read_text()
