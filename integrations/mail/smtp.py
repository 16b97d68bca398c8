"""The fallback: any SMTP server, named by one address."""

from contextlib import closing
from dataclasses import dataclass
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend

from integrations.errors import VendorError

TIMEOUT_SECONDS = 10
DEFAULT_PORTS = {"starttls": 587, "ssl": 465, "none": 25}
SHAPE = "smtp://user:password@host:port?tls=starttls"


@dataclass(frozen=True)
class SmtpServer:
    """Where to hand mail over; `tls` is `starttls`, `ssl` (from the first byte) or `none`; "" means no sign-in."""

    host: str
    port: int
    user: str
    password: str
    tls: str


def smtp_server(url: str) -> SmtpServer:
    """Read `smtp://user:password@host:port?tls=starttls|ssl|none`.

    User and password are percent-encoded; the port defaults to the usual one for `tls`, and `tls` to starttls.
    Raises ImproperlyConfigured, which never quotes the address: there is a password in it.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ImproperlyConfigured(f"SMTP_URL must look like {SHAPE}; its port is not a number.") from None
    if parts.scheme != "smtp" or not parts.hostname:
        raise ImproperlyConfigured(f"SMTP_URL must look like {SHAPE}.")
    options = parse_qs(parts.query)
    tls = options.pop("tls", ["starttls"])[-1]
    if tls not in DEFAULT_PORTS or options:
        raise ImproperlyConfigured("SMTP_URL takes one option: tls=starttls, tls=ssl or tls=none.")
    if (parts.username is None) != (parts.password is None):
        raise ImproperlyConfigured(f"SMTP_URL needs both user and password, or neither: {SHAPE}.")
    return SmtpServer(
        host=parts.hostname,
        port=port or DEFAULT_PORTS[tls],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=tls,
    )


def send_through_smtp(message: EmailMultiAlternatives, url: str) -> None:
    """Hand `message` to the server at `url` (see `smtp_server`). Raises VendorError."""
    try:
        backend = _backend(smtp_server(url))
    except ImproperlyConfigured as error:
        raise VendorError("Mail", str(error), retryable=False) from None
    try:
        with closing(backend):  # Django leaves the connection open where TLS or the sign-in fails
            backend.send_messages([message])
    except (SMTPException, OSError) as error:  # the original names the recipient
        raise _not_sent(error) from None
    except ValueError:
        raise VendorError("Mail", "the mail could not be written for SMTP", retryable=False) from None


def _backend(server: SmtpServer) -> EmailBackend:
    return EmailBackend(
        host=server.host,
        port=server.port,
        username=server.user,
        password=server.password,
        use_tls=server.tls == "starttls",
        use_ssl=server.tls == "ssl",
        timeout=TIMEOUT_SECONDS,
        fail_silently=False,
    )


def _not_sent(error: SMTPException | OSError) -> VendorError:
    codes: list[int] = []
    if isinstance(error, SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
    elif isinstance(error, SMTPResponseException):
        codes = [error.smtp_code]
    if not codes:
        return VendorError("Mail", "the SMTP server could not be reached or broke off", retryable=True)
    # RFC 5321: 4xx is "not now", 5xx is "never"; smtplib says -1 where the server's answer made no sense.
    return VendorError("Mail", f"the SMTP server refused with {codes[0]}", retryable=codes[0] < 500)
