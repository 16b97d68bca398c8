"""The Calendar API as Google describes it: the discovery document inside google-api-python-client."""

import functools
import json
from typing import Any

from googleapiclient.discovery_cache import get_static_doc

Schema = dict[str, Any]
PYTHON_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "array": list,
    "object": dict,
}


@functools.cache
def discovery() -> Schema:
    """The document for calendar v3."""
    document: Schema = json.loads(get_static_doc("calendar", "v3"))
    return document


def event_problems(body: object) -> list[str]:
    """What in `body` the schema of an event does not know, each as one line; empty when it is sound."""
    return _problems(body, {"$ref": "Event"}, "event")


def method(resource: str, name: str) -> Schema:
    """One method of a resource: its parameters and the scopes of which it needs one."""
    described: Schema = discovery()["resources"][resource]["methods"][name]
    return described


def scope_in_words(scope: str) -> str:
    """What Google says that a scope allows; the scope itself where it is none of the calendar's."""
    known: dict[str, Schema] = discovery()["auth"]["oauth2"]["scopes"]
    return str(known.get(scope, {}).get("description", scope))


def resolved(schema: Schema) -> Schema:
    """The schema itself, where it may be a reference to one of the document's."""
    named: Schema = discovery()["schemas"][schema["$ref"]] if "$ref" in schema else schema
    return named


def field_of(schema: Schema, name: str) -> Schema | None:
    """What the schema of an object says of one field; None for a field that it does not know."""
    known: Schema | None = schema.get("properties", {}).get(name) or schema.get("additionalProperties")
    return known


def parameter_names(resource: str, name: str) -> frozenset[str]:
    """Every query parameter that the method takes, those common to all methods included."""
    return frozenset(method(resource, name)["parameters"]) | frozenset(discovery()["parameters"])


def _problems(value: object, schema: Schema, path: str) -> list[str]:
    if value is None:  # null clears a field
        return []
    schema = resolved(schema)
    kind = schema["type"]
    if not isinstance(value, PYTHON_TYPES[kind]) or (kind == "integer" and isinstance(value, bool)):
        return [f"{path} must be of type {kind}"]
    if isinstance(value, list):
        return [line for each in value for line in _problems(each, schema["items"], f"{path}[]")]
    if isinstance(value, dict):
        return [line for name, each in value.items() for line in _field_problems(name, each, schema, path)]
    return []


def _field_problems(name: str, value: object, schema: Schema, path: str) -> list[str]:
    known = field_of(schema, name)
    if known is None:
        return [f"unknown name {name!r} at {path}"]
    return _problems(value, known, f"{path}.{name}")
