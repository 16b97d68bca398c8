"""Mail: Resend first, SMTP when Resend fails."""

from django.conf import settings

from integrations.errors import VendorError
from integrations.mail.message import Attachment, OutgoingMail, django_message
from integrations.mail.resend import OutcomeUnknown, send_through_resend
from integrations.mail.smtp import send_through_smtp

__all__ = ["Attachment", "OutgoingMail", "send"]


def send(mail: OutgoingMail) -> None:
    """Hand the mail over, once, from settings.MAIL_FROM.

    Resend first; where it fails in a way that another road may mend, and SMTP_URL is set, SMTP. Calling again with the
    same `message_key` is safe for 24 hours: Resend keeps the key that long, and a key it has sent counts as done, even
    when the text has changed since.

    Where Resend took the request but its answer was lost (a time-out while reading), the mail may be on its way. SMTP
    knows nothing of the key and would send a second one, so there is no fallback then: the error is retryable, and the
    retry's key lets Resend answer what became of the first.

    Raises VendorError("Mail", …), its reason without addresses or text.
    """
    message = django_message(mail, settings.MAIL_FROM)
    try:
        send_through_resend(message, mail.message_key)
    except OutcomeUnknown:
        raise
    except VendorError as failure:
        if not failure.retryable or not settings.SMTP_URL:
            raise
        _fall_back(mail, failure)


def _fall_back(mail: OutgoingMail, failure: VendorError) -> None:
    """Send through SMTP after Resend's `failure`. A fresh message: backends leave marks on what they sent."""
    try:
        send_through_smtp(django_message(mail, settings.MAIL_FROM), settings.SMTP_URL)
    except VendorError as second:
        # Whatever SMTP thinks of it, Resend may take the mail another time.
        raise VendorError("Mail", f"{failure.reason}; {second.reason}", retryable=True) from None
