"""What counts as text."""


def is_text(typed: str) -> bool:
    """Whether the database can keep it: no NUL, and no half of a surrogate pair."""
    return not any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in typed)
