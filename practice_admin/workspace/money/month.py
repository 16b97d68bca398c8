"""The month at a glance, who owes what, and the month as a file for the bookkeeper."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from practice_admin.domain.queries import money_needs
from practice_admin.domain.queries.month import Movement, month_rows, movements
from practice_admin.domain.queries.owed import BookingWithMoney, owing
from practice_admin.models import Practice
from practice_admin.workspace.desk import practice_of
from practice_admin.workspace.money.pages import page
from practice_admin.workspace.queries.money import sums_of

YEARS = range(2000, 2200)  # beyond them a zone's offset leads out of the calendar


@dataclass(frozen=True)
class Line:
    """One line of the month: what, and how much of it in each currency."""

    what: str
    sums: dict[str, int]


@require_safe
def money(request: HttpRequest) -> HttpResponse:
    """What moved in a month (`?month=2026-11`; this one where none is named), what waits for her, and who owes what."""
    now, practice = timezone.now(), practice_of(request)
    first = _first_of(request.GET.get("month", ""), now)
    moved, debts = movements(first.year, first.month, practice), list(owing())
    over = [booking for booking in debts if booking.ends_at <= now and not booking.awaits_new_time]
    to_come = [booking for booking in debts if booking not in over]
    context: dict[str, Any] = {
        "first": first,
        "before": _next(first, -1),
        "after": _next(first, 1) if _next(first, 1) <= timezone.localdate(now) else None,
        "lines": _lines(moved),
        "total": sums_of((each.currency, each.amount_minor) for each in moved),
        "debts": over,
        "debt_sums": _owed(over),
        "to_come": to_come,
        "to_come_sums": _owed(to_come),
        "unplaced": money_needs.money_to_place(),
        "disputes": list(money_needs.disputes_to_answer()),
        "failed": list(money_needs.failed_refunds()),
    }
    return page(request, "month", "Money", **context)


@require_safe
def month_file(request: HttpRequest, year: int, month: int) -> StreamingHttpResponse:
    """A month of the practice's zone as CSV, in the encoding that spreadsheets read; 404 for no month."""
    if year not in YEARS or not 1 <= month <= 12:
        raise Http404
    response = StreamingHttpResponse(_csv(year, month, practice_of(request)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="money-{year}-{month:02}.csv"'
    return response


class _Echo:
    """A file that hands back each line instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def _csv(year: int, month: int, practice: Practice) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff"  # without it some spreadsheets take UTF-8 for another encoding
    for row in month_rows(year, month, practice):
        yield writer.writerow(row)


def _first_of(typed: str, now: datetime) -> date:
    """The first day of the month that is named; 404 for no month."""
    today = timezone.localdate(now)
    if not typed:
        return today.replace(day=1)
    try:
        first = datetime.strptime(typed, "%Y-%m").date()  # noqa: DTZ007  (a month has no zone)
    except ValueError:
        raise Http404 from None
    if first.year not in YEARS:
        raise Http404
    return first


def _next(first: date, step: int) -> date:
    number = first.year * 12 + first.month - 1 + step
    return date(number // 12, number % 12 + 1, 1)


def _lines(moved: list[Movement]) -> list[Line]:
    """What came in and what went out, by kind and by way."""
    kinds: dict[str, list[tuple[str, int]]] = {}
    for each in moved:
        kinds.setdefault(f"{each.what}, {each.by}", []).append((each.currency, each.amount_minor))
    return [Line(what, sums_of(rows)) for what, rows in sorted(kinds.items())]


def _owed(bookings: "list[BookingWithMoney]") -> dict[str, int]:
    return sums_of((booking.currency, booking.owed_minor) for booking in bookings)
