"""The way to a call, in words for whoever reads."""

from dataclasses import dataclass, replace

from django.http import HttpRequest

from booking_public.visitors import signed_in_client
from clients.models import Stage


@dataclass(frozen=True)
class Invitation:
    """What to say, and what stands on the button that leads to /book/."""

    title: str
    text: str
    label: str


TO_A_VISITOR = Invitation(
    "Would you like to talk?", "The first call is free, takes 20 minutes and ties you to nothing.", "Book a free call"
)
BY_STAGE = {
    Stage.DISCOVERY: Invitation(
        "Shall we find a time?", "Your first call is free and takes 20 minutes.", "Choose a time for the call"
    ),
    Stage.INTAKE: Invitation(
        "Your first session", "We have spoken. The longer first session is open to you.", "Choose a time"
    ),
    Stage.ONGOING: Invitation("Your next session", "Choose a time whenever it suits you.", "Book your next session"),
    Stage.CLOSED: Invitation(
        "Would you like to talk again?", "The door stays open. A call is free and ties you to nothing.", "Book a call"
    ),
}


def invitation_for(request: HttpRequest | None, *, title: str = "", text: str = "") -> Invitation:
    """The invitation to whoever sent this request; to a visitor where there is none, in the author's words if given."""
    client = signed_in_client(request) if request is not None and hasattr(request, "user") else None
    if client is not None:
        return BY_STAGE[Stage(client.stage)]
    return replace(TO_A_VISITOR, title=title or TO_A_VISITOR.title, text=text or TO_A_VISITOR.text)
