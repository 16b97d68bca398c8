"""Slots in somebody's own time (R20)."""

from collections.abc import Iterable
from functools import lru_cache
from zoneinfo import ZoneInfo

from practice_admin.domain.availability import Slot, instant

TextSpan = tuple[str, str]


def slots_by_day(slots: Iterable[Slot], zone: ZoneInfo) -> dict[str, list[TextSpan]]:
    """By local date, the begin and the end of each slot that begins on it, all in ISO 8601, in order."""
    days: dict[str, list[TextSpan]] = {}
    for begins, ends in slots:
        text = iso_text(begins, zone)
        days.setdefault(text[:10], []).append((text, iso_text(ends, zone)))
    return days


@lru_cache(maxsize=16_384)  # the same times are asked for again and again; two months of a type are some 1,500
def iso_text(seconds: int, zone: ZoneInfo) -> str:
    """An instant, in seconds since 1970, as ISO 8601 with the offset that `zone` has then."""
    return instant(seconds).astimezone(zone).isoformat()
