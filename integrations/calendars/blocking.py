"""What one Google event blocks."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class BlockedSpan:
    """A span that a personal event blocks; instants are aware (UTC)."""

    starts_at: datetime
    ends_at: datetime
    event_id: str
    title: str
