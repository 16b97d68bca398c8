"""Mail through anymail against the sandbox's Resend, and through a real SMTP server where Resend fails."""

import email
import email.policy
import json
import socket
import time
import traceback
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from email.message import EmailMessage
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

import pytest
import requests
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from integrations.errors import VendorError
from integrations.mail import Attachment, OutgoingMail, resend, send
from integrations.mail.smtp import SmtpServer, smtp_server
from integrations.sandbox import faults, mailbox
from tests.contracts.server import refusing

INVITE = "BEGIN:VCALENDAR\r\nSUMMARY:Gespräch\r\nEND:VCALENDAR\r\n".encode()
MAIL = OutgoingMail(
    to="prospect@example.com",
    subject="Ihr Gespräch am 1. Dezember ☕",
    text="Willkommen!\nhttp://127.0.0.1:8000/booking/abc/\n",
    html="<p>Schön, dass Sie kommen.</p>",
    message_key="client_email:booking-1:1",
    attachments=(
        Attachment("session.ics", "text/calendar", INVITE),
        Attachment("note.pdf", "application/pdf", b"%PDF"),
    ),
)


@pytest.fixture(autouse=True)
def site(live_server, settings, tmp_path) -> str:
    """The sandbox's Resend with an empty mailbox, and no fallback; the site's address."""
    settings.VAR_DIR = tmp_path
    settings.RESEND_API_BASE = f"{live_server.url}/sandbox/resend"
    settings.RESEND_API_KEY = "re_sandbox"
    settings.SMTP_URL = ""
    settings.MAIL_FROM = "Praxis Löwe <practice@example.com>"
    return live_server.url


class SmtpBox:
    """What the SMTP server took. `refusal` is the answer to give instead, when set."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.refusal = ""
        self.logins: list[tuple[bytes, bytes]] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  (aiosmtpd's)
        if self.refusal:
            return self.refusal
        assert isinstance(envelope.content, bytes)
        self.messages.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login, data.password))
        return AuthResult(success=True)


def free_port() -> int:
    """A port that was free just now: aiosmtpd knocks on its own door, so it cannot be told to take any."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def serving_refusal(status: int, name: str) -> AbstractContextManager[str]:
    """A Resend that always gives one answer, as its error reference shows it; its address."""
    return refusing(status, json.dumps({"statusCode": status, "name": name, "message": "m"}).encode())


def wait_until(holds: Callable[[], object]) -> None:
    """Wait for what another thread is about to do; five seconds at most."""
    for _ in range(100):
        if holds():
            return
        time.sleep(0.05)
    pytest.fail("it never came")


@pytest.fixture
def smtp(site, settings) -> Iterator[SmtpBox]:
    """A real SMTP server, configured as the fallback."""
    box, port = SmtpBox(), free_port()
    controller = Controller(
        box, hostname="127.0.0.1", port=port, authenticator=box.authenticate, auth_require_tls=False, ready_timeout=10
    )
    controller.start()
    settings.SMTP_URL = f"smtp://127.0.0.1:{port}?tls=none"
    yield box
    controller.stop()


def test_a_mail_arrives_whole(site):
    send(MAIL)

    (mail,) = mailbox.messages()
    assert mail.to == ["prospect@example.com"]
    assert mail.subject == MAIL.subject
    assert (mail.text, mail.html) == (MAIL.text, MAIL.html)
    assert [(each.name, each.content) for each in mail.attachments] == [("session.ics", INVITE), ("note.pdf", b"%PDF")]
    assert mail.attachments[0].content_type == 'text/calendar; charset="utf-8"'
    assert "practice@example.com" in mail.sender


def test_a_mail_says_that_a_program_wrote_it_and_nothing_about_its_reader(site):
    send(MAIL)

    headers = mailbox.messages()[0].headers
    assert set(headers) == {"Auto-Submitted", "Message-ID"}
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["Message-ID"].endswith("@example.com>")
    assert "booking-1" not in headers["Message-ID"]


def test_one_key_is_one_mail(site):
    send(MAIL)
    send(MAIL)

    assert len(mailbox.messages()) == 1


def test_a_key_that_was_sent_counts_as_done_even_when_the_text_has_changed(site):
    send(MAIL)
    send(replace(MAIL, text="Another token"))

    assert [mail.text for mail in mailbox.messages()] == [MAIL.text]


def test_another_key_is_another_mail_with_a_message_id_of_its_own(site):
    send(MAIL)
    send(replace(MAIL, message_key="client_email:booking-1:2"))

    assert len({mail.headers["Message-ID"] for mail in mailbox.messages()}) == 2


def test_an_outage_without_a_fallback_is_retryable_and_names_nobody(site):
    faults.set_fault("resend", "down")

    with pytest.raises(VendorError) as caught:
        send(MAIL)

    assert (caught.value.vendor, caught.value.retryable) == ("Mail", True)
    assert MAIL.to not in "".join(traceback.format_exception(caught.value))
    assert mailbox.messages() == []


def test_in_an_outage_the_mail_goes_through_smtp_once(site, smtp):
    faults.set_fault("resend", "down")

    send(MAIL)

    (message,) = smtp.messages
    assert message["To"] == MAIL.to
    assert message["Subject"] == MAIL.subject
    assert message["Auto-Submitted"] == "auto-generated"
    assert "Reply-To" not in message
    assert message.get_body(("plain",)).get_content().split() == MAIL.text.split()
    assert message.get_body(("html",)).get_content().strip() == MAIL.html
    assert [part.get_filename() for part in message.iter_attachments()] == ["session.ics", "note.pdf"]
    assert mailbox.messages() == []


def test_both_roads_give_a_mail_the_same_message_id(site, smtp):
    send(MAIL)
    faults.set_fault("resend", "down")
    send(MAIL)

    assert smtp.messages[0]["Message-ID"] == mailbox.messages()[0].headers["Message-ID"]


def test_where_nobody_listens_the_mail_goes_through_smtp(settings, smtp):
    settings.RESEND_API_BASE = "http://127.0.0.1:1"

    send(MAIL)

    assert len(smtp.messages) == 1


def test_when_the_answer_takes_too_long_nothing_goes_through_smtp_and_the_retry_makes_no_second_mail(
    site, smtp, monkeypatch
):
    monkeypatch.setattr(resend, "READ_SECONDS", 0.2)
    faults.set_fault("resend", "slow", 0.6)

    with pytest.raises(VendorError) as caught:
        send(MAIL)
    assert caught.value.retryable
    wait_until(mailbox.messages)  # it was taken after all
    monkeypatch.undo()
    faults.set_fault("resend", "ok")
    send(MAIL)

    assert smtp.messages == []
    assert len(mailbox.messages()) == 1


def test_when_the_connection_drops_before_the_answer_nothing_goes_through_smtp(settings, smtp):
    class HangingUp(StreamRequestHandler):
        def handle(self) -> None:
            self.rfile.readline()

    with ThreadingTCPServer(("127.0.0.1", 0), HangingUp) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        settings.RESEND_API_BASE = f"http://127.0.0.1:{server.server_address[1]}"
        with pytest.raises(VendorError) as caught:
            send(MAIL)
        server.shutdown()
        thread.join()

    assert caught.value.retryable
    assert smtp.messages == []


def test_a_wrong_recipient_is_final_and_nothing_goes_through_smtp(settings, site, smtp):
    with pytest.raises(VendorError) as caught:
        send(replace(MAIL, to="nobody"))

    assert not caught.value.retryable
    assert smtp.messages == []


def test_a_wrong_api_key_is_final_and_nothing_goes_through_smtp(settings, smtp):
    with serving_refusal(403, "invalid_api_key") as address:
        settings.RESEND_API_BASE = address
        with pytest.raises(VendorError) as caught:
            send(MAIL)

    assert not caught.value.retryable
    assert "invalid_api_key" in caught.value.reason
    assert smtp.messages == []


@pytest.mark.parametrize(
    ("status", "name", "falls_back"),
    [
        (429, "daily_quota_exceeded", True),
        (500, "application_error", True),
        (409, "concurrent_idempotent_requests", False),
        (504, "", False),
        (200, "", False),
    ],
)
def test_only_a_certain_refusal_goes_through_smtp(settings, smtp, status, name, falls_back):
    with serving_refusal(status, name) as address:
        settings.RESEND_API_BASE = address
        with nullcontext() if falls_back else pytest.raises(VendorError) as caught:
            send(MAIL)

    assert len(smtp.messages) == int(falls_back)
    assert falls_back or caught.value.retryable


def test_a_line_break_in_a_subject_is_refused_before_anything_leaves(site, smtp):
    with pytest.raises(VendorError) as caught:
        send(replace(MAIL, subject="Hello\nBcc: everyone@example.com"))

    assert not caught.value.retryable
    assert smtp.messages == mailbox.messages() == []


def test_a_key_that_is_no_header_is_final(site):
    with pytest.raises(VendorError) as caught:
        send(replace(MAIL, message_key="two\nlines"))

    assert not caught.value.retryable
    assert mailbox.messages() == []


@pytest.mark.parametrize("refusal", ["550 No such user prospect@example.com", "451 Later"])
def test_when_both_roads_fail_resend_is_tried_again_later_and_nobody_is_named(site, smtp, refusal):
    faults.set_fault("resend", "down")
    smtp.refusal = refusal

    with pytest.raises(VendorError) as caught:
        send(MAIL)

    assert caught.value.retryable
    assert (
        caught.value.reason
        == f"Resend refused with 503 internal_server_error; the SMTP server refused with {refusal[:3]}"
    )
    assert MAIL.to not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("url", ["smtp://127.0.0.1:1?tls=none", "smtp://host?tls=maybe", "not an address"])
def test_a_fallback_that_cannot_be_used_leaves_the_failure_retryable(site, settings, url):
    settings.SMTP_URL = url
    faults.set_fault("resend", "down")

    with pytest.raises(VendorError) as caught:
        send(MAIL)

    assert caught.value.retryable


def test_the_fallback_signs_in_with_a_password_that_needed_encoding(site, settings, smtp):
    faults.set_fault("resend", "down")
    settings.SMTP_URL = settings.SMTP_URL.replace("smtp://", "smtp://practice%40example.com:p%3Aw%2Fd@")

    send(MAIL)

    assert smtp.logins == [(b"practice@example.com", b"p:w/d")]


def test_a_server_without_the_tls_that_was_asked_for_gets_nothing(site, settings, smtp):
    faults.set_fault("resend", "down")
    settings.SMTP_URL = settings.SMTP_URL.replace("tls=none", "tls=starttls")

    with pytest.raises(VendorError):
        send(MAIL)

    assert smtp.messages == []


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://u:p@mail.example:2525?tls=none", SmtpServer("mail.example", 2525, "u", "p", "none")),
        ("smtp://u%40x:p%2F%3A@mail.example", SmtpServer("mail.example", 587, "u@x", "p/:", "starttls")),
        ("smtp://mail.example?tls=ssl", SmtpServer("mail.example", 465, "", "", "ssl")),
        ("smtp://mail.example?tls=none", SmtpServer("mail.example", 25, "", "", "none")),
    ],
)
def test_an_smtp_address_is_read(url, server):
    assert smtp_server(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "https://mail.example",
        "smtp://",
        "smtp://u:secret@mail.example:port",
        "smtp://u:secret@mail.example?tls=yes",
        "smtp://u:secret@mail.example?tls=ssl&timeout=3",
        "smtp://only-user@mail.example",
    ],
)
def test_a_wrong_smtp_address_is_refused_without_quoting_the_password(url):
    with pytest.raises(ImproperlyConfigured) as caught:
        smtp_server(url)

    assert "SMTP_URL" in str(caught.value)
    assert "secret" not in "".join(traceback.format_exception_only(caught.value))


# --- The stand-in: Resend's strictness, and the mailbox ----------------------------------------------------------


def post(site: str, body: object, **headers: str) -> requests.Response:
    headers = {"Authorization": "Bearer re_sandbox"} | headers
    return requests.post(f"{site}/sandbox/resend/emails", json=body, headers=headers, timeout=5)


RAW = {"from": "a@example.com", "to": "b@example.com", "subject": "s", "text": "t"}


@pytest.mark.parametrize(
    ("body", "status", "name"),
    [
        ({**RAW, "subject": ""}, 422, "missing_required_field"),
        ({name: value for name, value in RAW.items() if name != "text"}, 422, "missing_required_field"),
        ({**RAW, "titel": "x"}, 422, "validation_error"),
        ({**RAW, "headers": {"X": 1}}, 422, "validation_error"),
        ({**RAW, "from": "nobody"}, 422, "invalid_from_address"),
        ({**RAW, "to": ["b@example.com", "nobody"]}, 422, "validation_error"),
        ({**RAW, "attachments": [{"filename": "x.txt", "content": "no base64"}]}, 422, "invalid_attachment"),
    ],
)
def test_the_stand_in_refuses_what_resend_refuses(site, body, status, name):
    answer = post(site, body)

    assert (answer.status_code, answer.json()["name"]) == (status, name)
    assert mailbox.messages() == []


def test_the_stand_in_refuses_a_missing_and_a_wrong_key(site):
    assert post(site, RAW, Authorization="").json()["name"] == "missing_api_key"
    assert post(site, RAW, Authorization="Bearer other").json()["name"] == "invalid_api_key"
    assert mailbox.messages() == []


def test_the_stand_in_answers_the_same_for_a_key_and_refuses_it_for_another_body(site):
    key = {"Idempotency-Key": "k"}
    first, second = post(site, RAW, **key), post(site, RAW, **key)
    other = post(site, RAW | {"text": "other"}, **key)

    assert first.json() == second.json()
    assert (other.status_code, other.json()["name"]) == (409, "invalid_idempotent_request")
    assert len(mailbox.messages()) == 1


@pytest.fixture
def browser(site) -> Client:
    return Client()


def test_the_mailbox_shows_the_newest_first_and_can_be_emptied(browser):
    send(MAIL)
    send(replace(MAIL, subject="Zweite Mail", message_key="second"))

    page = browser.get("/sandbox/mail/").content.decode()
    assert page.index("Zweite Mail") < page.index("1. Dezember")
    assert browser.get("/sandbox/mail/empty/").status_code == 405
    assert len(mailbox.messages()) == 2
    browser.post("/sandbox/mail/empty/")
    assert mailbox.messages() == []


def test_a_message_page_makes_links_clickable_and_keeps_html_in_its_frame(browser):
    send(replace(MAIL, html="<script>alert(1)</script><p>Hello</p>"))
    (mail,) = mailbox.messages()

    page = browser.get(f"/sandbox/mail/{mail.id}/")
    assert '<a href="http://127.0.0.1:8000/booking/abc/"' in page.content.decode()
    assert "<script>alert" not in page.content.decode()

    part = browser.get(f"/sandbox/mail/{mail.id}/html/")
    assert "<p>Hello</p>" in part.content.decode()
    policy = part["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "style-src 'unsafe-inline'" in policy
    assert "script-src" not in policy
    assert "sandbox allow-popups" in policy


def test_the_json_list_gives_the_mails_to_one_address_with_their_files(browser):
    send(MAIL)
    send(replace(MAIL, to="therapist@example.com", message_key="other"))

    (listed,) = browser.get("/sandbox/mail/messages.json", {"to": "Prospect@example.com"}).json()
    assert listed["subject"] == MAIL.subject
    assert listed["text"] == MAIL.text
    download = browser.get(listed["attachments"][0]["url"])
    assert download.content == INVITE
    assert download["Content-Disposition"] == 'attachment; filename="session.ics"'
    assert browser.get(listed["attachments"][0]["url"].replace("/0/", "/2/")).status_code == 404
    assert len(browser.get("/sandbox/mail/messages.json").json()) == 2


def test_an_unknown_message_is_not_found(browser):
    for path in ("", "html/", "attachments/0/"):
        assert browser.get(f"/sandbox/mail/unknown/{path}").status_code == 404


def test_the_stand_in_takes_an_attachment_as_resend_documents_it(site, browser):
    attachment = {"filename": "bericht.pdf", "content": b64encode(b"%PDF").decode()}
    post(site, RAW | {"attachments": [attachment]})

    (listed,) = browser.get("/sandbox/mail/messages.json").json()
    assert listed["attachments"][0]["content_type"] == "application/octet-stream"
