"""How often is too often, counted in PostgreSQL, where no increment is lost."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection
from django.utils.crypto import salted_hmac

# All who come from one address wait for its row, which is held until the commit is over. A count that a power cut
# takes limits nobody, so that commit does not wait for the disk.
_COUNT = """
WITH hurry AS (SELECT set_config('synchronous_commit', 'off', true))
INSERT INTO clients_ratecount (key, window_at, hits) SELECT %s, %s::timestamptz, 1 FROM hurry
ON CONFLICT (key, window_at) DO UPDATE SET hits = clients_ratecount.hits + 1 RETURNING hits
"""


@dataclass(frozen=True)
class Limit:
    """`hits` within each window of `seconds`, for one `purpose`."""

    purpose: str
    hits: int
    seconds: int


def seconds_to_wait(limit: Limit, *, who: str, now: datetime) -> int:
    """Count one hit by `who`; nought while the limit holds, otherwise how many seconds until it will again.

    `who` (an address, a mailbox) is kept as a keyed digest only. A statement of its own, never part of a transaction
    that must last: nobody waits until the disk has it.
    """
    window = int(now.timestamp()) // limit.seconds * limit.seconds
    key = salted_hmac(f"rate-limit/{limit.purpose}", who, algorithm="sha256").hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [key, datetime.fromtimestamp(window, UTC)])
        (hits,) = cursor.fetchone()
    return window + limit.seconds - int(now.timestamp()) if hits > limit.hits else 0
