"""A mail as the practice thinks of it, and as Django's e-mail backends want it."""

from dataclasses import dataclass
from email.utils import parseaddr
from hashlib import sha256

from django.core.mail import EmailMultiAlternatives

from integrations.errors import VendorError


@dataclass(frozen=True)
class Attachment:
    """A file to go with a mail. `content_type` is a bare media type such as `text/calendar`; text is UTF-8."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class OutgoingMail:
    """One mail to one person.

    `to` is a bare address. `message_key` names this mail for good (for example `client_email:<booking>:<version>`):
    two sends with one key are one mail. It is at most 256 ASCII characters and holds nothing personal: Resend sees it.
    """

    to: str
    subject: str
    text: str
    html: str
    message_key: str
    attachments: tuple[Attachment, ...] = ()


def django_message(mail: OutgoingMail, sender: str) -> EmailMultiAlternatives:
    """The mail for any Django backend, from `sender`; no reply address, so that replies go to the sender.

    Raises VendorError for a subject with a line break: over SMTP that would begin a header of the subject's own.
    """
    if len(mail.subject.splitlines()) > 1:
        raise VendorError("Mail", "the subject holds a line break", retryable=False)
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        from_email=sender,
        to=[mail.to],
        headers={
            "Auto-Submitted": "auto-generated",  # RFC 3834: no out-of-office answers to the practice
            "Message-ID": message_id(mail.message_key, sender),
        },
    )
    message.attach_alternative(mail.html, "text/html")
    for attachment in mail.attachments:
        message.attach(attachment.name, attachment.content, attachment.content_type)
    return message


def message_id(message_key: str, sender: str) -> str:
    """The same for every attempt at one mail, by whichever road, so that mail programs can fold a double into one.

    A digest, because the key is our own business; at the sender's domain, as RFC 5322 recommends.
    """
    domain = parseaddr(sender)[1].rpartition("@")[2].encode("idna").decode("ascii")
    return f"<{sha256(message_key.encode()).hexdigest()[:32]}@{domain}>"
