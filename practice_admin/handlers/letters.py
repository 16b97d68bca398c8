"""Mails out of templates: `templates/mail/<name>.txt` and `.html`, with the subject as the text's first line."""

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from integrations import mail
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


def site_url(path: str) -> str:
    """A path of ours as an address to put into a mail."""
    return f"{settings.SITE_URL}{path}"


def booking_url(booking: Booking) -> str:
    """The booking's own page."""
    return site_url(reverse("booking_public:booking", args=[booking_token(booking)]))
