"""Mails out of templates: `templates/mail/<name>.txt` and `.html`, with the subject as the text's first line."""

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from clients.domain.contact import why_no_mail
from clients.models import Client
from integrations import mail
from integrations.errors import VendorError
from practice_admin.domain.booking_links import booking_token
from practice_admin.handlers.bookings import the_practice
from practice_admin.models import Booking


def send(
    name: str, *, to: str, key: str, context: dict[str, Any], attachments: tuple[mail.Attachment, ...] = ()
) -> None:
    """Render and send one mail. `key` makes repeating it safe. Raises VendorError."""
    context = {"practice": the_practice(), "site_url": settings.SITE_URL} | context
    subject, _, text = render_to_string(f"mail/{name}.txt", context).strip().partition("\n")
    html = render_to_string(f"mail/{name}.html", context | {"subject": subject})
    mail.send(
        mail.OutgoingMail(
            to=to,
            subject=subject.strip(),
            text=text.strip() + "\n",
            html=html,
            message_key=key,
            attachments=attachments,
        )
    )


def send_to_client(
    name: str, *, client: Client, key: str, context: dict[str, Any], attachments: tuple[mail.Attachment, ...] = ()
) -> None:
    """Render and send one mail to a client: the only way to their mailbox (R22).

    Whoever may not be mailed is told otherwise, which the caller has seen to (`instead_of_mail`). Where it has not, the
    mail does not go: a VendorError that is not retryable, so that the effect is parked for the therapist to see.
    """
    why_not = why_no_mail(client)
    if why_not:
        raise VendorError("Mail", why_not, retryable=False)
    send(name, to=client.user.email, key=key, context=context, attachments=attachments)


def site_url(path: str) -> str:
    """A path of ours as an address to put into a mail."""
    return f"{settings.SITE_URL}{path}"


def booking_url(booking: Booking) -> str:
    """The booking's own page."""
    return site_url(reverse("booking_public:booking", args=[booking_token(booking)]))


def payment_url(booking: Booking) -> str:
    """The booking's payment link: opens a fresh payment page for what is owed, each time it is used (R10)."""
    return f"{booking_url(booking)}pay/"
