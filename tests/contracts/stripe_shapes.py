"""Whether an answer has the shape that stripe-python declares for an object of the pinned version."""

import types
import typing
from collections.abc import Iterator
from typing import Any

import stripe
from stripe import StripeObject

ABSENT_OR_NULL = type(None)


def complaints(answer: dict[str, Any], declared: type[StripeObject], at: str = "") -> Iterator[str]:
    """What is not declared, what is missing, and words outside their enumeration; inside of nested objects too.

    What is declared as optional may be missing: Stripe leaves some out, and the declarations do not say which.
    """
    fields = {name: hint for name, hint in declared.__annotations__.items() if name != "OBJECT_NAME"}
    yield from (f"{at}{name} is not declared" for name in answer.keys() - fields.keys())
    for name, hint in fields.items():
        options = _options(hint)
        if answer.get(name) is None:
            if ABSENT_OR_NULL not in options:
                yield f"{at}{name} is missing"
        else:
            yield from _of_value(answer[name], options, f"{at}{name}")


def _of_value(value: Any, options: list[Any], at: str) -> Iterator[str]:
    words = [word for option in options for word in _words(option)]
    if isinstance(value, str) and words and value not in words:
        yield f"{at} is {value}, none of Stripe's words"
    objects = [each for each in map(_resolved, options) if isinstance(each, type) and issubclass(each, StripeObject)]
    if isinstance(value, dict) and objects and "UntypedStripeObject" not in objects[0].__name__:
        yield from complaints(value, objects[0], f"{at}.")
    kinds = tuple(each for each in options if each in {int, str, bool})
    is_text = bool(words) and isinstance(value, str)
    if kinds and not objects and not isinstance(value, kinds) and not is_text:
        yield f"{at} is {value!r}"


def _options(hint: Any) -> list[Any]:
    is_union = typing.get_origin(hint) in {typing.Union, types.UnionType}
    return list(typing.get_args(hint)) if is_union else [hint]


def _words(option: Any) -> tuple[Any, ...]:
    return typing.get_args(option) if typing.get_origin(option) is typing.Literal else ()


def _resolved(option: Any) -> Any:
    if isinstance(option, typing.ForwardRef):
        return getattr(stripe, option.__forward_arg__, None)
    return typing.get_origin(option) or option
