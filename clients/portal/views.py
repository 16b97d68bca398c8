"""The client's own pages. Everything shown is fetched through the client who is signed in (R16); notes never are."""

from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from clients.care.domain import messages as thread
from clients.care.domain import notifications as told
from clients.care.domain.queries.notifications import newest_notifications
from clients.care.domain.queries.threads import thread_messages, unread_count
from clients.care.models import Message
from clients.models import Client
from clients.portal import presenters
from clients.portal.access import client_required
from clients.portal.forms import MessageForm
from clients.portal.ledger import ledger_tables
from clients.portal.presenters import Reader
from clients.portal.queries import kept_for, owing_of, with_payments
from content.domain.queries.feed import feed_of, shared_item
from practice_admin.domain.queries.appointments import past_bookings, upcoming_bookings
from practice_admin.domain.queries.ledger import own_ledger
from practice_admin.domain.queries.offers import offers_to
from practice_admin.models import Practice

NEWEST_ITEMS = 3
MOST_NOTIFICATIONS = 100
CONFLICT, UNPROCESSABLE = 409, 422


@require_safe
@client_required
def home(request: HttpRequest, client: Client) -> HttpResponse:
    """The next session, what to do, what can be booked, what is new."""
    reader = _reader(client)
    upcoming = with_payments(upcoming_bookings(client, now=reader.now))
    coming = [presenters.booking_view(booking, reader) for booking in upcoming]
    newest = [presenters.feed_view(share, reader) for share in feed_of(client)[:NEWEST_ITEMS]]
    context = {
        "greeting_name": presenters.greeting_name(client),
        "stage_words": presenters.stage_words(client, has_booked=bool(coming)),
        "next_booking": coming[0] if coming else None,
        "to_do": [*presenters.to_do(coming), *presenters.to_settle(owing_of(client), reader)],
        "kept": [presenters.kept_view(payment, reader) for payment in kept_for(client)],
        "newest_items": newest,
        **offers_to(client),
    }
    return _page(request, reader, "portal/home.html", context)


@require_safe
@client_required
def appointments(request: HttpRequest, client: Client) -> HttpResponse:
    """Everything booked: what is coming up, and what was."""
    reader = _reader(client)
    upcoming, past = upcoming_bookings(client, now=reader.now), past_bookings(client, now=reader.now)
    context = {
        "upcoming": [presenters.booking_view(booking, reader) for booking in with_payments(upcoming)],
        "past": [presenters.booking_view(booking, reader) for booking in with_payments(past)],
        "kept": [presenters.kept_view(payment, reader) for payment in kept_for(client)],
        "open_types": offers_to(client)["open_types"],
    }
    return _page(request, reader, "portal/appointments.html", context)


@require_safe
@client_required
def payments(request: HttpRequest, client: Client) -> HttpResponse:
    """The client's own money: what is open, what is kept for them, and all that came and went."""
    reader, owed = _reader(client), list(owing_of(client))
    views = [presenters.booking_view(booking, reader) for booking in owed]
    context = {
        "owed": views,
        "can_pay_some": any(view["pay_url"] for view in views),
        "can_pay_all": all(view["pay_url"] or view["is_awaited"] for view in views),
        "kept": [presenters.kept_view(payment, reader) for payment in kept_for(client)],
        "tables": ledger_tables(own_ledger(client, reader.practice), owed, reader),
        "zone_text": reader.zone_text,
    }
    return _page(request, reader, "portal/payments.html", context)


@require_safe
@client_required
def feed(request: HttpRequest, client: Client) -> HttpResponse:
    """What was shared with this client, newest first."""
    reader = _reader(client)
    items = [presenters.feed_view(share, reader) for share in feed_of(client)]
    return _page(request, reader, "portal/feed.html", {"items": items})


@require_safe
@client_required
def feed_item(_request: HttpRequest, client: Client, public_id: UUID) -> HttpResponse:
    """Open a link that was shared with this client; for anybody else's there is nothing here (R15)."""
    share = shared_item(client, public_id)
    if share is None:
        raise Http404
    return HttpResponseRedirect(share.item.url)


@require_http_methods(["GET", "HEAD", "POST"])
@client_required
def messages(request: HttpRequest, client: Client) -> HttpResponse:
    """The thread, to read and, where it is open (R17), to write in.

    Showing it marks the therapist's messages as read; a HEAD shows nothing. What cannot be sent stays in its field.
    """
    reader = _reader(client)
    if request.method != "POST":
        if request.method == "GET":
            thread.mark_read(client=client, now=reader.now)
        return _thread(request, reader, MessageForm(initial={"key": uuid4()}))
    form = MessageForm(request.POST)
    if not form.is_valid():
        return _thread(request, reader, form, status=UNPROCESSABLE)
    text, key = form.cleaned_data["text"], form.cleaned_data["key"]
    try:
        thread.send_message(client=client, sender=Message.Sender.CLIENT, text=text, form_key=key, now=reader.now)
    except thread.MessageRefused as refused:
        form.add_error("text", refused.public_message)
        is_late = isinstance(refused, thread.WritingClosed)
        return _thread(request, reader, form, status=CONFLICT if is_late else UNPROCESSABLE)
    return HttpResponseRedirect(f"{reverse('portal:messages')}#latest", status=303)


@require_http_methods(["GET", "HEAD", "POST"])
@client_required
def notifications(request: HttpRequest, client: Client) -> HttpResponse:
    """What happened; a POST marks all of it as read."""
    if request.method == "POST":
        told.mark_read(recipient=client.user, now=timezone.now())
        return HttpResponseRedirect(reverse("portal:notifications"), status=303)
    reader = _reader(client)
    newest = newest_notifications(client.user, most=MOST_NOTIFICATIONS)
    context = {
        "items": [presenters.notification_view(one, reader) for one in newest],
        "zone_text": reader.zone_text,
    }
    return _page(request, reader, "portal/notifications.html", context)


def _thread(request: HttpRequest, reader: Reader, form: MessageForm, *, status: int = 200) -> HttpResponse:
    why_not = thread.standing(reader.client).client_may_not
    context = {
        "messages": [presenters.message_view(message, reader) for message in thread_messages(reader.client)],
        "can_write": not why_not or form.is_bound,
        "closed_words": why_not,
        "form": form,
        "contact_email": reader.practice.contact_email,
        "zone_text": reader.zone_text,
    }
    return _page(request, reader, "portal/messages.html", context, status=status)


def _reader(client: Client) -> Reader:
    practice = Practice.objects.select_related("therapist").get(pk=1)
    return Reader(client, practice, timezone.now())


def _page(
    request: HttpRequest, reader: Reader, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page in the portal's frame, which shows how many notifications and messages are unread."""
    frame = {
        "practice": reader.practice,
        "unread_notifications": told.unread_count(reader.client.user),
        "unread_messages": unread_count(reader.client),
    }
    return render(request, template, frame | context, status=status)
