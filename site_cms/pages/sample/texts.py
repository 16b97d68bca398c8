"""Texts as they lie in files: lines of `name: value`, a blank line, then paragraphs.

`## ` begins a heading, `! ` a pull quote, `> ` a quote (its source after an em dash), `1. ` a step (title | text).
Within paragraphs *words* lean and [words](/path/) lead somewhere.
"""

import re
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

Block = tuple[str, Any]
_LEANING = re.compile(r"\*(.+?)\*")
_LINK = re.compile(r"\[(.+?)\]\((.+?)\)")


@dataclass(frozen=True)
class Text:
    """One file, read."""

    fields: dict[str, str]
    body: list[Block]


def read(path: Path) -> Text:
    """The text in a file."""
    head, _, rest = path.read_text().partition("\n\n")
    fields = dict(line.split(": ", 1) for line in head.splitlines())
    return Text(fields, blocks_of(rest))


def blocks_of(text: str) -> list[Block]:
    """A text as the pieces of a page."""
    pieces = [line for part in text.strip().split("\n\n") for line in _lines(part)]
    blocks: list[Block] = []
    for is_step, group in groupby(pieces, key=lambda piece: bool(re.match(r"\d\. ", piece))):
        found = list(group)
        blocks += [("steps", {"items": [_step(piece) for piece in found]})] if is_step else map(_block, found)
    return blocks


def _lines(part: str) -> list[str]:
    return part.splitlines() if re.match(r"\d\. ", part) else [part]


def _step(piece: str) -> dict[str, str]:
    title, _, text = piece[3:].partition(" | ")
    return {"title": title.replace("*", ""), "text": text}


def _block(piece: str) -> Block:
    if piece.startswith("## "):
        return "heading", piece[3:]
    if piece.startswith("! "):
        return "pull_quote", {"text": piece[2:]}
    if piece.startswith("> "):
        text, _, source = piece[2:].partition(" — ")
        return "quote", {"text": text, "source": source}
    html = _LEANING.sub(r"<i>\1</i>", escape(piece, quote=False))
    return "paragraph", "<p>" + _LINK.sub(r'<a href="\2">\1</a>', html) + "</p>"
