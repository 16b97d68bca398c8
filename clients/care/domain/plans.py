"""What a note says under its heading "Plan"."""

import re

_PLAN = re.compile(r"^[ \t#*]*plan[ \t*]*:?[ \t*]*(.*)$", re.IGNORECASE | re.MULTILINE)
_HEADING = re.compile(r"^[ \t#*]*[^\W\d_][\w ’'-]{0,40}:[ \t*]*$", re.MULTILINE)


def plan_of(body: str) -> str:
    """What stands under the last heading "Plan", up to the next heading; "" where there is none."""
    headings = list(_PLAN.finditer(body))
    if not headings:
        return ""
    begun = headings[-1]
    rest = body[begun.end() :]
    ended = _HEADING.search(rest)
    return (begun[1] + (rest[: ended.start()] if ended else rest)).strip()
