"""What comes as text in an address or a form, read strictly; None for whatever cannot be read."""

import re
from datetime import UTC, date, datetime

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")
NEVER = 0  # versions count from 1


def read_start(text: str) -> datetime | None:
    """An instant (UTC) from ISO 8601 with an offset.

    A "+" that an address turned into a space is read as the "+" it was.
    """
    if not text.isascii() or not text.isprintable():  # the parser itself is blind to a NUL at the end
        return None
    try:
        moment = datetime.fromisoformat(text.strip().replace(" ", "+"))
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo is not None and 1970 < moment.year < 2200 else None


def read_day(text: str) -> date | None:
    """A date as YYYY-MM-DD between 1970 and 2200."""
    if not DAY.fullmatch(text):  # the parser knows week dates and more
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1970 < day.year < 2200 else None


def read_month(text: str) -> date | None:
    """The first day of a month as YYYY-MM."""
    return read_day(f"{text}-01") if MONTH.fullmatch(text) else None


def read_number(text: str) -> int | None:
    """A whole number of at most five digits."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None


def read_version(text: str) -> int | None:
    """The version of a booking that a page knew; None where it names none, and one that never was where it is wrong."""
    if not text:
        return None
    number = read_number(text)
    return NEVER if number is None else number
