"""What a cycle counted, in words that she reads on the calendar's page."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MOST_PROBLEMS = 20  # lines that are kept; the count tells the rest


@dataclass
class Report:
    """Counted as the pages come: events seen, those that block, the others by kind; what was wrong, line by line."""

    seen: int = 0
    blocking: int = 0
    own: int = 0
    unreadable: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def tell(self, problem: str) -> None:
        """Keep a line for her, as long as there are not too many."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem[:300].replace("\x00", ""))

    def as_json(self) -> dict[str, Any]:
        """As the connection keeps it."""
        return {**vars(self), "skipped": dict(self.skipped)}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Report":
        """As it was kept; all nought where nothing was."""
        report = cls(**{name: value for name, value in kept.items() if name in cls.__dataclass_fields__})
        report.skipped = Counter(report.skipped)
        return report
