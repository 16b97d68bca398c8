"""One thing that waits for her."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Need:
    """With its one action. `is_post`: the action changes something at once; `is_quiet`: it can wait.

    `card` is the address of the booking that it is about, where it is about one.
    """

    icon: str
    title: str
    about: str
    action: str
    href: str
    at: datetime | None = None
    card: str = ""
    detail: str = ""
    is_urgent: bool = False
    is_post: bool = False
    is_quiet: bool = False
