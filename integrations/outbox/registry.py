"""Which handler does which kind of effect. Upper packages register theirs in AppConfig.ready; this one knows none."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Turn:
    """What a handler is given: the effect's subject and version, its key for vendors, and the present instant (UTC)."""

    kind: str
    subject: str
    version: int
    now: datetime

    @property
    def key(self) -> str:
        """Names this effect to vendors, the same on every attempt: an idempotency key."""
        return f"{self.kind}/{self.subject}/{self.version}"

    @property
    def subject_id(self) -> str:
        """What stands after the colon of the subject."""
        return self.subject.partition(":")[2]


# A handler returns why there was nothing to do, or "" when it did its work. It must be idempotent: it may run again
# after a crash. It raises VendorError, or anything else, when it could not.
Handler = Callable[[Turn], str]


class NoHandler(LookupError):
    """Nothing is registered for a kind of effect."""


_handlers: dict[str, Handler] = {}


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Register the decorated function as the handler of `kind`. Two for one kind are a programming error."""

    def register(handler: Handler) -> Handler:
        if _handlers.setdefault(kind, handler) is not handler:
            raise ValueError(f"Two handlers for {kind!r}.")
        return handler

    return register


def handler_of(kind: str) -> Handler:
    """The handler of `kind`. Raises NoHandler, with a line for the workspace, where there is none."""
    try:
        return _handlers[kind]
    except KeyError:
        raise NoHandler(f"Nothing knows how to do {kind!r}.") from None
