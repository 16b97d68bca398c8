"""What every refused operation has in common."""


class Refusal(Exception):
    """An operation that did not happen, with a sentence for the person who asked for it."""

    public_message = "That could not be done."

    def __init__(self, public_message: str = "") -> None:
        self.public_message = public_message or type(self).public_message
        super().__init__(self.public_message)
