"""Every address of the project, out of its URL configuration, with arguments that fit filled in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

SOMETHING = {
    "uuid": "7f1f3a1e-0000-4000-8000-000000000000",
    "int": "1",
    "slug": "something",
    "str": "something",
    "path": "something",
}


@dataclass(frozen=True)
class Address:
    """A pattern as it stands in the configuration, and one address that it matches."""

    pattern: str
    example: str


def addresses() -> Iterator[Address]:
    """All of them, in order."""
    return _below(get_resolver().url_patterns, "", "")


def _below(patterns: list[URLPattern | URLResolver], pattern: str, example: str) -> Iterator[Address]:
    for entry in patterns:
        text = str(entry.pattern)
        longer = (pattern + text, example + _filled(text))
        if isinstance(entry, URLResolver):
            yield from _below(entry.url_patterns, *longer)
        else:
            yield Address(*longer)


def _filled(text: str) -> str:
    text = re.sub(r"<(?:(\w+):)?\w+>", lambda found: SOMETHING[found[1] or "str"], text)
    if text.startswith("^") or "(?P" in text:  # a regular expression: groups by what they seem to want
        text = re.sub(r"\(\?P<\w+>\\d\+\)|\(\\d\+\)", "1", text)
        text = re.sub(r"\(\?P<\w+>[^()]*(?:\([^()]*\)[^()]*)*\)[+*?]?|\([^()]*\)[+*?]?", "something", text)
        text = text.lstrip("^").rstrip("$").replace("\\", "")
    return text
