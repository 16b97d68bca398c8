"""Who may sign in by what."""

from typing import Any

from django.contrib.auth.backends import ModelBackend


class LinkBackend(ModelBackend):
    """Knows users and their permissions, and takes no password from anyone (R7, R8): only a magic link signs in."""

    def authenticate(self, *_args: Any, **_credentials: Any) -> None:
        """Nobody, whatever is given."""
        return
