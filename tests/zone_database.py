"""Lines of the zone database, as the package `tzdata` brings it (its file tzdata.zi, version 2026f).

Its own short hand, which zic(8) describes: `R E 1996 ma - O lastSu 1u 0 -` is the rule that the zones of the EU follow
since 1996, on the last Sunday of October at 01:00 UTC to standard time. A line that begins with an offset belongs to
one zone, and says until when that offset held.
"""

from functools import lru_cache
from importlib.resources import files

EU_FORWARD = "R E 1981 ma - Mar lastSu 1u 1 S"
EU_BACK = "R E 1996 ma - O lastSu 1u 0 -"
US_FORWARD = "R u 2007 ma - Mar Su>=8 2 1 D"
US_BACK = "R u 2007 ma - N Su>=1 2 0 S"
LORD_HOWE_FORWARD = "R LH 2008 ma - O Su>=1 2 0:30 -"
LORD_HOWE_BACK = "R LH 2008 ma - Ap Su>=1 2 0 -"
CHATHAM_FORWARD = "R k 2007 ma - S lastSu 2:45s 1 -"
LEBANON_FORWARD = "R l 1993 ma - Mar lastSu 0 1 S"
LEBANON_BACK = "R l 1999 ma - O lastSu 0 0 -"
CUBA_BACK = "R Q 2012 2025 - N Su>=1 0s 0 S"
TROLL_FORWARD = "R Tr 2005 ma - Mar lastSu 1u 2 +02"
KOLKATA = "5:30 - IST"
KATHMANDU = "5:45 - %z"
CARACAS = "-4:30 - %z 2016 May 1 2:30"
APIA = "-11 WS %z 2011 D 29 24"
KWAJALEIN = "-12 - %z 1993 Au 20 24"


def is_written(line: str) -> bool:
    """Whether this very line is there."""
    return line in _lines()


@lru_cache(maxsize=1)
def _lines() -> frozenset[str]:
    return frozenset(files("tzdata").joinpath("zoneinfo/tzdata.zi").read_text().splitlines())
