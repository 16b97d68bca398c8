"""What a message owes: a notification at once, and later a mail that something waits, never what (R22)."""

from django.urls import reverse

from clients.care.domain.messages import MAIL, NOTICE, claim_mail
from clients.care.domain.notifications import notify
from clients.care.models import Message
from clients.models import User
from integrations.outbox.registry import Turn, handles
from practice_admin.handlers.bookings import the_practice, therapists_address
from practice_admin.handlers.instead_of_mail import handed_over
from practice_admin.handlers.letters import send, send_to_client, site_url
from practice_admin.models import Practice

NOBODY = "nobody to tell: no therapist is set"


@handles(NOTICE)
def tell_at_once(turn: Turn) -> str:
    """Tell the other side inside the system that there is a message, once."""
    message, practice = _message_of(turn), the_practice()
    client = message.thread.client
    recipient: User | None = client.user if _is_hers(message) else practice.therapist
    if recipient is None:
        return NOBODY
    words, path = "A new message for you", reverse("portal:messages")
    if not _is_hers(message):
        words, path = f"A message from {client}", reverse("admin:thread", args=[client.public_id])
    notify(recipient=recipient, key=turn.key, text=words[:200], path=path, now=turn.now)
    return ""


@handles(MAIL)
def mail_if_unread(turn: Turn) -> str:
    """Mail that something waits, if it is unread still; decided as it is sent, at most one an hour to one person."""
    message, practice = _message_of(turn), the_practice()
    mailing = claim_mail(message=message, key=turn.key, version=turn.version, now=turn.now)
    if mailing.why_not:
        return mailing.why_not
    return _mail_client(turn, message, practice) if _is_hers(message) else _mail_therapist(turn, practice)


def _mail_client(turn: Turn, message: Message, practice: Practice) -> str:
    client = message.thread.client
    if by_her := handed_over(turn, client, "Tell them that a message waits for them in the portal", practice):
        return by_her
    context = {"name": client.user.get_short_name() if client.user.name else "", "url": _url("portal:messages")}
    send_to_client("message_waiting", client=client, key=turn.key, context=context)
    return ""


def _mail_therapist(turn: Turn, practice: Practice) -> str:
    address = therapists_address(practice)
    if not address:
        return NOBODY
    send("message_waiting", to=address, key=turn.key, context={"url": _url("admin:inbox"), "is_hers": True})
    return ""


def _url(name: str) -> str:
    return site_url(reverse(name))


def _is_hers(message: Message) -> bool:
    return message.sender == Message.Sender.THERAPIST


def _message_of(turn: Turn) -> Message:
    """The message with its client; what it says stays unread."""
    return Message.objects.select_related("thread__client__user").defer("body").get(public_id=turn.subject_id)
