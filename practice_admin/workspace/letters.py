"""What a mail will say, told before it is sent."""

from dataclasses import dataclass

from django.template.loader import render_to_string


@dataclass(frozen=True)
class Letter:
    """A mail's subject, and the sentence it opens with."""

    subject: str
    opening: str


def letter(name: str, *, is_her_doing: bool = True) -> Letter:
    """The mail of `templates/mail/<name>.txt` as it goes out on the therapist's word. To whom is left open.

    `is_her_doing`: whether it was she who wanted what it tells, or the client.
    """
    subject, _, text = render_to_string(f"mail/{name}.txt", {"is_her_doing": is_her_doing}).strip().partition("\n")
    _greeting, opening, *_rest = text.strip().split("\n\n")
    return Letter(subject.strip(), opening.strip())
