"""One good cycle of the calendar's mirror, as the pull leaves it."""

from collections.abc import Iterable

from integrations.calendars import BlockedSpan
from practice_admin.domain.calendar_cycles import begin_cycle, keep_page
from practice_admin.domain.calendar_report import Report
from practice_admin.domain.session_events import finish_cycle
from practice_admin.models import CalendarConnection
from tests.factories import NOW


def replace_mirror(spans: Iterable[BlockedSpan]) -> int:
    """Read these spans in one page, and make them the mirror: how many blocks."""
    CalendarConnection.objects.get_or_create(pk=1)
    cycle = begin_cycle(now=NOW)
    keep_page(cycle, list(spans), now=NOW)
    return finish_cycle(cycle, Report(), [], now=NOW)
