"""How the Calendar API says no."""


class Refusal(Exception):
    """An error answer: HTTP status, Google's keyword, and a message."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason
        self.message = message


NOT_FOUND = (404, "notFound", "Not Found")
