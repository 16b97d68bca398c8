"""The fields of the hours page as a browser sends them."""

from typing import Any

Row = tuple[Any, ...]  # opens, closes, and perhaps the types it is for and whether it is ticked to go


def rows_of(prefix: str, *rows: Row, stored: int = 0) -> dict[str, Any]:
    """One day's spans; the first `stored` of them were there before."""
    fields: dict[str, Any] = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": stored}
    for number, (opens, closes, *more) in enumerate(rows):
        fields |= {f"{prefix}-{number}-opens_at": opens, f"{prefix}-{number}-closes_at": closes}
        if more:
            fields[f"{prefix}-{number}-session_types"] = more[0]
        if len(more) > 1:
            fields[f"{prefix}-{number}-DELETE"] = "on"
    return fields


def week_of(days: dict[int, list[Row]], **more: Any) -> dict[str, Any]:
    """The whole week: Monday is 0, days left out are sent empty."""
    fields = dict(more)
    for day in range(7):
        fields |= rows_of(f"day{day}", *days.get(day, []))
    return fields
