"""Partial answers: the parameter `fields`, by which a caller asks for parts of an answer alone.

Syntax and refusals follow "Working with partial resources" in Google's guides: `a,b`, `a/b`, `a(b,c)` and `*`. What
was not asked for is left out, so that a caller who forgets a field misses it here as it would with Google.
"""

import re
from typing import Any

from integrations.sandbox import google_schema, store
from integrations.sandbox.google_refusal import Refusal
from integrations.sandbox.google_schema import Schema

TOKEN = re.compile(r"[\w*]+|\S")
NAME = re.compile(r"\w+|\*")
Selection = dict[str, "Selection"]  # by a field's name what is wanted of it; empty: all of it


def chosen(document: store.Document, fields: str | None, schema: str) -> store.Document:
    """The parts of `document` that `fields` names, all of it where that is None. Raises Refusal."""
    if fields is None:
        return document
    tokens = TOKEN.findall(fields)
    selection = _selection(tokens)
    if tokens:
        raise _refusal(fields)
    _check(selection, {"$ref": schema})
    parts: store.Document = _picked(document, selection)
    return parts


def _selection(tokens: list[str]) -> Selection:
    """Read a list of fields, up to a closing bracket or the end."""
    selection: Selection = {}
    while True:
        _read_field(tokens, selection)
        if tokens[:1] != [","]:
            return selection
        tokens.pop(0)


def _read_field(tokens: list[str], selection: Selection) -> None:
    name = tokens.pop(0) if tokens else ""
    if not NAME.fullmatch(name):
        raise _refusal(name)
    below = selection.setdefault(name, {})
    if tokens[:1] == ["/"]:
        tokens.pop(0)
        _read_field(tokens, below)
    elif tokens[:1] == ["("]:
        tokens.pop(0)
        below.update(_selection(tokens))
        if not tokens or tokens.pop(0) != ")":
            raise _refusal(name)


def _check(selection: Selection, schema: Schema) -> None:
    """Refuse a field that the discovery document does not know, and what is not simulated: parts of `*`."""
    if selection.get("*"):
        raise _refusal("*")
    schema = google_schema.resolved(schema)
    while schema["type"] == "array":
        schema = google_schema.resolved(schema["items"])
    for name in selection.keys() - {"*"}:
        known = google_schema.field_of(schema, name)
        if known is None:
            raise _refusal(name)
        _check(selection[name], known)


def _picked(value: Any, selection: Selection) -> Any:
    if not selection or "*" in selection:
        return value
    if isinstance(value, list):
        return [_picked(each, selection) for each in value]
    return {name: _picked(each, selection[name]) for name, each in value.items() if name in selection}


def _refusal(name: str) -> Refusal:
    return Refusal(400, "invalidParameter", f"Invalid field selection {name}")
