"""Stripe's request bodies: decoded from brackets, then held to the parameters that stripe-python itself declares.

Unknown keys, wrong kinds and words outside an enumeration are refused in the words of Stripe's own errors
(https://docs.stripe.com/api/errors). What Stripe requires beyond the declared types is in `stripe_rules`.
"""

import re
import types
import typing
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

import typing_extensions
from pydantic import ConfigDict, TypeAdapter, ValidationError
from stripe import RequestOptions
from stripe.params import (
    AccountRetrieveCurrentParams,
    DisputeRetrieveParams,
    RefundCreateParams,
    RefundListParams,
    RefundRetrieveParams,
)
from stripe.params.checkout import SessionCreateParams, SessionExpireParams, SessionRetrieveParams

Form = dict[str, Any]
KINDS: dict[str, type] = {
    "create": SessionCreateParams,
    "expire": SessionExpireParams,
    "retrieve": SessionRetrieveParams,
    "create_refund": RefundCreateParams,
    "retrieve_refund": RefundRetrieveParams,
    "list_refunds": RefundListParams,
    "retrieve_dispute": DisputeRetrieveParams,
    "retrieve_account": AccountRetrieveCurrentParams,
}
_KEY = re.compile(r"[^\[\]]+(\[[^\[\]]*\])*")
# Declared as text in stripe-python to avoid import cycles.
_NAMES: dict[str, Any] = {"StripeContext": str, "Mapping": Mapping, "Any": Any}
_WRAPPERS: frozenset[Any] = frozenset({typing_extensions.NotRequired, typing_extensions.Required})
_UNIONS: frozenset[Any] = frozenset({typing.Union, types.UnionType})


class Refused(Exception):
    """An answer in the shape of Stripe's errors, with its HTTP status."""

    def __init__(
        self, message: str, *, status: int = 400, kind: str = "invalid_request_error", code: str = "", param: str = ""
    ) -> None:
        super().__init__(message)
        self.status = status
        optional = {"code": code, "param": param}
        self.body = {"error": {"type": kind, "message": message} | {k: v for k, v in optional.items() if v}}


def read_form(kind: str, body: bytes) -> Form:
    """The parameters of a call of that kind (a key of KINDS), with numbers as int. Raises Refused."""
    form = decode(body)
    try:
        checked: Form = _adapter(kind).validate_python(form)
    except ValidationError as error:
        raise _refusal(error, form) from None
    _refuse_empty(checked)
    return checked


def decode(body: bytes) -> Form:
    """`a[b][0]=c` as {"a": {"b": ["c"]}}: all values are text. Raises Refused for brackets that make no sense."""
    root: Form = {}
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=1000, errors="strict")
    except ValueError:
        raise Refused("Invalid request body: it must be form-encoded UTF-8.") from None
    for key, value in pairs:
        if not _KEY.fullmatch(key):
            raise Refused(f"Invalid parameter name: {key}", param=key)
        *path, last = key.replace("]", "").split("[")
        place = root
        for part in path:
            place = place.setdefault(part or str(len(place)), {})
            if not isinstance(place, dict):
                raise Refused(f"Invalid object: {key}", param=key)
        place[last or str(len(place))] = value
    decoded: Form = {name: value if name == "metadata" else _with_lists(value) for name, value in root.items()}
    return decoded


def _with_lists(value: Any) -> Any:
    """Objects whose keys are all numbers become lists, except for metadata, whose keys are the caller's own."""
    if not isinstance(value, dict):
        return value
    inner = {key: item if key == "metadata" else _with_lists(item) for key, item in value.items()}
    if inner and all(key.isdecimal() for key in inner):
        return [inner[key] for key in sorted(inner, key=int)]
    return inner


def _refuse_empty(value: Any, name: str = "") -> None:
    """Stripe takes an empty text for "unset this", which a call that makes something cannot mean."""
    if value == "":
        message = f"You passed an empty string for '{name}'. Empty values cannot be set here; leave it out instead."
        raise Refused(message, code="parameter_invalid_empty", param=name)
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        if key != "metadata":  # there an empty value means "no such key", which is harmless
            _refuse_empty(item, f"{name}[{key}]" if name else str(key))


@cache
def _adapter(kind: str) -> TypeAdapter[Form]:
    return TypeAdapter(_strict(KINDS[kind], {}))


def _strict(declared: Any, made: dict[Any, Any]) -> Any:
    """A copy of a declared TypedDict that forbids unknown keys; the library's own classes are left alone."""
    if declared in made:
        return made[declared]
    hints = typing_extensions.get_type_hints(declared, localns=_NAMES, include_extras=True)
    # Every declaration inherits the options of a call (its key, its headers), which are not parameters.
    fields = {name: _closed(hint, made) for name, hint in hints.items() if name not in RequestOptions.__annotations__}
    made[declared] = typing_extensions.TypedDict(declared.__name__, fields)  # type: ignore[operator]
    made[declared].__pydantic_config__ = ConfigDict(extra="forbid")
    return made[declared]


def _closed(hint: Any, made: dict[Any, Any]) -> Any:
    """The hint with strict dictionaries inside it, and with `Literal[…] | str` closed to its words."""
    origin: Any = typing_extensions.get_origin(hint)
    arguments: tuple[Any, ...] = typing_extensions.get_args(hint)
    if typing_extensions.is_typeddict(hint):
        return _strict(hint, made)
    if origin in _WRAPPERS:
        return origin[_closed(arguments[0], made)]
    if origin in _UNIONS:
        if any(typing_extensions.get_origin(argument) is typing.Literal for argument in arguments):
            arguments = tuple(argument for argument in arguments if argument is not str)
        return typing.Union[tuple(_closed(argument, made) for argument in arguments)]  # noqa: UP007
    if getattr(origin or hint, "__name__", "") == "UntypedStripeObject":
        return types.GenericAlias(dict, (str, arguments[0] if arguments else Any))
    if origin in {list, dict}:
        return types.GenericAlias(origin, tuple(_closed(argument, made) for argument in arguments))
    return hint


def _refusal(error: ValidationError, form: Form) -> Refused:
    """The first complaint (an unknown key before all others) as Stripe words it."""
    complaints = error.errors(include_url=False)
    first = next((one for one in complaints if one["type"] == "extra_forbidden"), complaints[0])
    param, value = _param(first["loc"], form), first["input"]
    match first["type"]:
        case "extra_forbidden":
            return Refused(f"Received unknown parameter: {param}", code="parameter_unknown", param=param)
        case "missing":
            return Refused(f"Missing required param: {param}.", code="parameter_missing", param=param)
        case "int_parsing" | "int_type":
            return Refused(f"Invalid integer: {value}", code="parameter_invalid_integer", param=param)
        case "literal_error":
            return Refused(f"Invalid {param}: must be {first['ctx']['expected']}", param=param)
    return Refused(f"Invalid {param}: {first['msg']}", param=param)


def _param(location: tuple[int | str, ...], form: Form) -> str:
    """pydantic's location in Stripe's brackets, without the names of union branches that it puts between."""
    place: Any = form
    name = ""
    for index, part in enumerate(location):
        known = part in place if isinstance(place, dict) else isinstance(place, list) and isinstance(part, int)
        if not known and index < len(location) - 1:
            continue
        if not known and not isinstance(place, dict):
            continue
        name += f"[{part}]" if name else str(part)
        place = place[part] if known else None
    return name
