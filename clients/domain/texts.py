"""What counts as text."""

# Beside tab and the ends of lines no control character is anybody's meaning.
CONTROLS = frozenset(map(chr, [*range(32), 127])) - frozenset("\t\n\r")
# They turn the order of what is read, of an address too. The marks that single letters of Hebrew or Arabic need
# (U+200E, U+200F) are none of them.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def is_text(typed: str) -> bool:
    """Whether the database can keep it: no NUL, and no half of a surrogate pair."""
    return not any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in typed)


def is_plain_text(typed: str) -> bool:
    """Whether it can be kept and holds nothing that cannot be seen and would mislead: no other control characters."""
    return is_text(typed) and not (CONTROLS | TURNING) & set(typed)
