"""Texts out of somebody else's JSON, fit to be stored."""


def plain(value: object) -> str:
    """The value as text that PostgreSQL and UTF-8 can hold: JSON may bring NUL and half a character. "" for None."""
    if value is None:
        return ""
    return str(value).replace("\0", "").encode("utf-8", "replace").decode()
