"""Whole days, in the practice's zone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from practice_admin.workspace.wording import short_date

A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Days:
    """Some days on end, the first and the last included."""

    first: date
    last: date

    def span(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """From the midnight before the first to the midnight after the last, as clocks in `zone` read."""
        return datetime.combine(self.first, time(), zone), datetime.combine(self.last + A_DAY, time(), zone)

    def text(self, today: date) -> str:
        """`Tue 1 Dec`, `Tue 1 Dec to Fri 4 Dec`."""
        days = [self.first] if self.first == self.last else [self.first, self.last]
        return " to ".join(short_date(day, today) for day in days)

    def ahead_text(self, today: date) -> str:
        """What of it is still ahead: `the rest of today`, `now to Fri 4 Dec`, `Thu 3 Dec to Fri 4 Dec`."""
        if self.last == today:
            return "the rest of today"
        return f"now to {short_date(self.last, today)}" if self.first == today else self.text(today)
