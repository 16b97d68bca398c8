"""How a page that waits for Stripe looks again by itself: sooner at first, then more rarely, and not for ever."""

from collections.abc import Mapping
from dataclasses import dataclass

from booking_public.reading import read_number
from booking_public.visit import Visit

PAUSES = (2, 3, 5, 8, 13, 21, 34, 55)  # seconds: two minutes and a half together; then by hand
MARKS = ("paid", "settled", "session")


@dataclass(frozen=True)
class Looking:
    """One look of a page that waits; `marks` are what its address asks, `look` among them: which look it is."""

    visit: Visit
    marks: Mapping[str, str]

    @property
    def url(self) -> str:
        """What is asked next by itself; "" once it has looked often enough."""
        return self.visit.page(**self._kept, look=str(self._count + 1)) if self._count < len(PAUSES) else ""

    @property
    def seconds(self) -> int:
        """After how long."""
        return PAUSES[min(self._count, len(PAUSES) - 1)]

    @property
    def again_url(self) -> str:
        """What is asked next by hand: as often as one likes."""
        return self.visit.page(**self._kept)

    @property
    def _count(self) -> int:
        count = read_number(self.marks.get("look", "0"))
        return len(PAUSES) if count is None else count

    @property
    def _kept(self) -> dict[str, str]:
        return {mark: self.marks[mark] for mark in MARKS if mark in self.marks}
