"""Dates, spans and types as this page says them."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from practice_admin.models import HoursOverride, SessionType, WeeklyHours

A_MOMENT = timedelta(microseconds=1)


def date_text(day: date, today: date) -> str:
    """`Thu 24 Dec`, with the year only where it is another one."""
    return f"{day:%a} {day.day} {day:%b}" + ("" if day.year == today.year else f" {day.year}")


def dates_text(first: date, last: date, today: date) -> str:
    """One date, or `Mon 30 Nov to Sun 6 Dec`."""
    return date_text(first, today) + ("" if first == last else f" to {date_text(last, today)}")


def span_text(begins: datetime, ends: datetime, today: date) -> str:
    """A span of time off, both ends in her zone: `Thu 24 Dec, all day`, `Thu 24 Dec, 12:00 to 14:00`, and so on."""
    last = (ends - A_MOMENT).date()
    if begins.time() == ends.time() == time():
        return dates_text(begins.date(), last, today) + (", all day" if begins.date() == last else "")
    if begins.date() == ends.date():
        return f"{date_text(begins.date(), today)}, {begins:%H:%M} to {ends:%H:%M}"
    return f"{date_text(begins.date(), today)}, {begins:%H:%M} to {date_text(ends.date(), today)}, {ends:%H:%M}"


def types_of(row: WeeklyHours | HoursOverride) -> list[SessionType]:
    """The types that a span is limited to, in her order; none where it is for all."""
    return sorted(row.session_types.all(), key=lambda one: (one.position, one.pk))


def types_text(types: Iterable[SessionType]) -> str:
    """`Discovery call and Session only`; empty where there is no limit."""
    names = [str(one) for one in types]
    listed = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    return f"{listed} only" if listed else ""
