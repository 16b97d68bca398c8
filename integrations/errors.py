"""The one error that every adapter raises."""


class VendorError(Exception):
    """A vendor did not do what was asked.

    `reason` is a plain sentence without personal data, fit for the workspace and the log. `retryable` says whether the
    same call may succeed later (time-out, refusal for load, vendor's own fault); a call that was wrong is not.
    """

    def __init__(self, vendor: str, reason: str, *, retryable: bool) -> None:
        super().__init__(f"{vendor}: {reason}")
        self.vendor = vendor
        self.reason = reason
        self.retryable = retryable
