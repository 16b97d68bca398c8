"""The one thread with each client: who may write when (R17), and what writing owes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from clients.care.models import Message, Thread
from clients.domain.refusals import Refusal
from clients.domain.texts import is_plain_text
from clients.models import Client, Stage
from integrations.outbox.operations import owe
from practice_admin.domain.diary import lock_diary
from practice_admin.models import Booking

LONGEST_MESSAGE = 10_000  # characters
TIME_TO_READ = timedelta(minutes=15)  # before a mail says that something waits
BETWEEN_MAILS = timedelta(hours=1)  # at least, to one person

NOTICE, MAIL = "message_notice", "message_mail"  # kinds of effects

Sender = Message.Sender


class MessageRefused(Refusal):
    """The message was not sent. What was typed is still the caller's."""

    public_message = "The message could not be sent."


class WritingClosed(MessageRefused):
    """R17: they may not write now; the message says why."""


class MessageEmpty(MessageRefused):
    """Nothing was written."""

    public_message = "There is nothing to send yet. Write a word or two first."


class MessageTooLong(MessageRefused):
    """More than LONGEST_MESSAGE characters."""

    public_message = f"This is longer than {LONGEST_MESSAGE:,} characters. Please send it in two parts."


class MessageUnreadable(MessageRefused):
    """It holds characters that are no text: controls, half of a surrogate pair, or what turns the order of reading."""

    public_message = "This holds characters that cannot be seen or sent. Please paste it again as plain text."


@dataclass(frozen=True)
class Standing:
    """Whether the two of them can write, and why one cannot; "" where they can."""

    client_may_not: str
    therapist_may_not: str


CLOSED = "Our work together is closed for now. What was written stays here to read."
NOT_YET = "You can write here once your first call is booked."
ONE_REPLY = "Your message has arrived. You can write again when there is an answer, and freely after our first call."
SHE_NOT_YET = "Writing opens with their first confirmed booking."
SHE_CLOSED = "The work is closed: the thread can be read, not written in. Reopen the work to write."


def standing(client: Client) -> Standing:
    """Who may write in this client's thread as things stand (R17).

    Nothing before a confirmed booking; then one reply of theirs until she writes again; everything after discovery;
    reading alone once the work is closed.
    """
    if client.stage == Stage.CLOSED:
        return Standing(CLOSED, SHE_CLOSED)
    if client.discovery_completed_at is not None:
        return Standing("", "")
    if not _has_been_confirmed(client):
        return Standing(NOT_YET, SHE_NOT_YET)
    last = Message.objects.filter(thread__client=client).order_by("-sent_at", "-id").values_list("sender", flat=True)
    return Standing(ONE_REPLY if last.first() == Sender.CLIENT else "", "")


def open_welcome_thread(*, client: Client, text: str, now: datetime) -> bool:
    """Open this client's thread with a welcome from the therapist: True when this call made it.

    Where there is a thread already nothing changes. Of several calls at the same time one makes the thread and its one
    message; the others wait for it, so that a thread is never seen without its welcome. `now` is aware.
    """
    with transaction.atomic(durable=True):
        thread, is_new = Thread.objects.get_or_create(client=client, defaults={"opened_at": now})
        if is_new and text.strip():
            Message.objects.create(thread=thread, sender=Sender.THERAPIST, body=text, sent_at=now)
    return is_new


def send_message(*, client: Client, sender: Message.Sender, text: str, form_key: UUID, now: datetime) -> Message:
    """Send a message to the other side, once for each `form_key`; its words are kept encrypted.

    Owes a notification at once, and a mail for later, which decides then whether it is needed. Raises WritingClosed
    (R17), MessageEmpty, MessageTooLong, MessageUnreadable, changing nothing. `now` is aware.
    """
    _ensure_text(text)
    with transaction.atomic(durable=True):
        lock_diary()  # bookings and stages, by which R17 judges, change under it; and so two taps come one by one
        sent = Message.objects.filter(thread__client=client, form_key=form_key).first()
        if sent is not None:
            return sent
        now_stands = standing(Client.objects.get(pk=client.pk))
        why_not = now_stands.client_may_not if sender == Sender.CLIENT else now_stands.therapist_may_not
        if why_not:
            raise WritingClosed(why_not)
        thread, _ = Thread.objects.get_or_create(client=client, defaults={"opened_at": now})
        message = Message.objects.create(
            thread=thread, sender=sender, body=text.strip(), form_key=form_key, sent_at=now
        )
        owe([NOTICE], subject=message.subject, version=1, now=now)
        owe([MAIL], subject=message.subject, version=1, now=now + TIME_TO_READ)
        return message


def mark_read(*, client: Client, now: datetime, reader: Message.Sender = Sender.CLIENT) -> int:
    """One side has seen what the other wrote: how many messages that was news to. The first sight counts."""
    unread = Message.objects.filter(thread__client=client, read_at=None).exclude(sender=reader)
    return unread.update(read_at=now)


@dataclass(frozen=True)
class Mailing:
    """What is to become of the mail about a message: why there is none, or when to look again; neither: it goes."""

    why_not: str = ""
    look_again_at: datetime | None = None


def claim_mail(*, message: Message, key: str, version: int, now: datetime) -> Mailing:
    """Decide, as it would be sent, whether this effect (`key`) mails that this message waits.

    It does where the message is unread still, no other mail has told of it, and none went to that person within the
    hour; it then tells of everything that waits for them. Where one did, the effect's next version is owed for the
    hour's end. Asking again with the same key claims the same.
    """
    with transaction.atomic(durable=True):
        lock_diary()
        message.refresh_from_db()
        if message.read_at is not None:
            return Mailing("read already")
        if message.mailed_by == key:
            return Mailing()
        if message.mailed_by:
            return Mailing("told with another message")
        same = _to_the_same_person(message)
        last = same.exclude(mailed_at=None).order_by("-mailed_at").values_list("mailed_at", flat=True).first()
        if last is not None and last > now - BETWEEN_MAILS:
            again = last + BETWEEN_MAILS
            owe([MAIL], subject=message.subject, version=version + 1, now=again)
            return Mailing("a mail went within the hour: looked at again after it", again)
        same.filter(read_at=None, mailed_by="").update(mailed_at=now, mailed_by=key)
        return Mailing()


def _to_the_same_person(message: Message) -> QuerySet[Message]:
    """A client hears of their thread; the therapist of all that clients write."""
    sent = Message.objects.filter(sender=message.sender)
    return sent if message.sender == Sender.CLIENT else sent.filter(thread=message.thread_id)


def _has_been_confirmed(client: Client) -> bool:
    """Whether a booking of theirs ever stood, whatever became of it."""
    stood = Q(confirmed_at__isnull=False) | Q(
        status__in=[Booking.Status.CONFIRMED, Booking.Status.COMPLETED, Booking.Status.NO_SHOW]
    )
    return Booking.objects.filter(stood, client=client).exists()


def _ensure_text(text: str) -> None:
    if not text.strip():
        raise MessageEmpty
    if len(text) > LONGEST_MESSAGE:
        raise MessageTooLong
    if not is_plain_text(text):
        raise MessageUnreadable
