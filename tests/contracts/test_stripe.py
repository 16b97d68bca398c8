"""The Stripe adapter, through Stripe's own library and real HTTP, against the stand-in."""

import json
import logging
import threading
import time
import traceback
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

import pytest
import requests
import stripe
import time_machine
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

from integrations import payments
from integrations.errors import VendorError
from integrations.payments.stripe_gateway import CheckoutRequest, StripeGateway
from integrations.payments.webhooks import BadSignature, read_event
from integrations.sandbox import faults, store, stripe_events

SECRET = "whsec_of_this_test"
keys = (f"key-{number}" for number in count())


@pytest.fixture
def sandbox(live_server, settings, tmp_path):
    """The stand-in at the live server, remembering nothing from other tests."""
    settings.VAR_DIR = tmp_path
    settings.SITE_URL = live_server.url
    settings.STRIPE_API_BASE = f"{live_server.url}/sandbox/stripe"
    settings.STRIPE_SECRET_KEY = "sk_test_of_this_test"
    settings.STRIPE_WEBHOOK_SECRET = SECRET
    faults.set_delivery("hold")  # nothing leaves unless the test listens
    return settings


class Listener:
    """A web server that takes events in the practice's place, answering with the statuses that it is given."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.received: list[tuple[bytes, str]] = []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.received.append((body, self.headers["Stripe-Signature"]))
                self.send_response(listener.statuses.pop(0) if listener.statuses else 200)
                self.end_headers()

            def log_message(self, *_arguments):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_error):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def listener(sandbox):
    """Where events go: to a listener instead of the practice, delivered as soon as they happen."""
    with Listener() as listening:
        sandbox.SITE_URL = listening.url
        faults.set_delivery("normal")
        yield listening


def wait_until(condition, seconds=10.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def a_request(**changes) -> CheckoutRequest:
    asked = CheckoutRequest(
        reference="booking:4f1c",
        description="Session, 50 minutes",
        amount_minor=8000,
        currency="EUR",
        customer_email="alice@example.com",
        success_url="https://practice.example/paid/?session={CHECKOUT_SESSION_ID}",
        cancel_url="https://practice.example/back/",
        expires_at=datetime.now(UTC) + timedelta(minutes=31),
        idempotency_key=next(keys),
        metadata={"booking": "4f1c", "1": "a key of digits"},
    )
    return replace(asked, **changes)


def pay_page(client, session, **fields):
    return client.post(f"/sandbox/stripe/pay/{session.id}/", fields)


def sessions_made() -> int:
    return len(store.all("stripe_session"))


# --- Opening, asking, closing ----------------------------------------------------------------------------------------


def test_a_new_session_is_open_and_carries_what_was_asked(sandbox):
    asked = a_request()
    session = payments.gateway().create_checkout(asked)
    assert (session.status, session.payment_status, session.payment_intent) == ("open", "unpaid", "")
    assert (session.amount_minor, session.currency, session.reference) == (8000, "EUR", "booking:4f1c")
    assert session.expires_at == asked.expires_at.replace(microsecond=0)
    assert session.id.startswith("cs_test_")
    assert session.url == f"{sandbox.SITE_URL}/sandbox/stripe/pay/{session.id}/"
    kept = store.get("stripe_session", session.id)["session"]
    assert kept["metadata"] == {"booking": "4f1c", "1": "a key of digits"}
    assert kept["customer_details"]["email"] == "alice@example.com"


def test_a_session_is_found_again_by_its_id(sandbox):
    session = payments.gateway().create_checkout(a_request())
    assert payments.gateway().checkout(session.id) == session


def test_an_unknown_session_is_an_error_that_no_repetition_cures(sandbox):
    with pytest.raises(VendorError, match="resource_missing") as caught:
        payments.gateway().checkout("cs_test_nobody")
    assert not caught.value.retryable


def test_a_closed_session_is_expired_and_has_no_address(sandbox):
    session = payments.gateway().create_checkout(a_request())
    closed = payments.gateway().expire_checkout(session.id)
    assert (closed.status, closed.payment_status, closed.url) == ("expired", "unpaid", "")


def test_closing_twice_answers_the_same(sandbox):
    session = payments.gateway().create_checkout(a_request())
    assert payments.gateway().expire_checkout(session.id) == payments.gateway().expire_checkout(session.id)


def test_closing_a_paid_session_answers_that_it_is_paid(sandbox, client):
    session = payments.gateway().create_checkout(a_request())
    pay_page(client, session, action="pay")
    answered = payments.gateway().expire_checkout(session.id)
    assert (answered.status, answered.payment_status) == ("complete", "paid")


def test_closing_an_unknown_session_is_an_error(sandbox):
    with pytest.raises(VendorError):
        payments.gateway().expire_checkout("cs_test_nobody")


def test_a_session_expires_by_itself_when_its_time_has_passed(sandbox):
    session = payments.gateway().create_checkout(a_request())
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=32), tick=True):
        assert payments.gateway().checkout(session.id).status == "expired"
    events = [kept["event"]["type"] for kept in store.all("stripe_event").values()]
    assert events == ["checkout.session.expired"]


# --- Idempotency -----------------------------------------------------------------------------------------------------


def test_the_same_key_and_request_make_one_session(sandbox):
    asked = a_request()
    assert payments.gateway().create_checkout(asked) == payments.gateway().create_checkout(asked)
    assert sessions_made() == 1


def test_the_same_key_with_another_request_is_refused(sandbox):
    asked = a_request()
    payments.gateway().create_checkout(asked)
    with pytest.raises(VendorError, match="idempotency key") as caught:
        payments.gateway().create_checkout(replace(asked, amount_minor=9000))
    assert not caught.value.retryable
    assert sessions_made() == 1


def test_a_refusal_is_replayed_under_its_key_until_a_fresh_key_is_used(sandbox):
    asked = a_request(expires_at=datetime.now(UTC) + timedelta(minutes=40))
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=15), tick=True), pytest.raises(VendorError):
        payments.gateway().create_checkout(asked)  # by then only 25 minutes ahead
    with pytest.raises(VendorError):
        payments.gateway().create_checkout(asked)
    assert payments.gateway().create_checkout(replace(asked, idempotency_key=next(keys))).status == "open"


def test_twenty_at_once_under_one_key_make_one_session(sandbox):
    asked, answers = a_request(), []
    threads = [
        threading.Thread(target=lambda: answers.append(payments.gateway().create_checkout(asked).id)) for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 20
    assert len(set(answers)) == sessions_made() == 1


# --- Refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"amount_minor": -1}, "unit_amount"),
        ({"amount_minor": 49}, "amount_too_small"),
        ({"amount_minor": 100_000_000}, "amount_too_large"),
        ({"amount_minor": 80.5}, "parameter_invalid_integer"),
        ({"currency": "EURO"}, "currency"),
        ({"customer_email": "nobody"}, "email_invalid"),
        ({"customer_email": ""}, "parameter_invalid_empty"),
        ({"success_url": "/paid/"}, "url_invalid"),
        ({"description": ""}, "parameter_invalid_empty"),
        ({"expires_at": datetime.now(UTC) + timedelta(minutes=20)}, "expires_at"),
        ({"expires_at": datetime.now(UTC) + timedelta(hours=25)}, "expires_at"),
    ],
)
def test_what_stripe_would_not_take_is_refused_for_good(sandbox, changes, named):
    with pytest.raises(VendorError, match=named) as caught:
        payments.gateway().create_checkout(a_request(**changes))
    assert not caught.value.retryable
    assert sessions_made() == 0


def test_a_refusal_tells_nothing_personal_and_nothing_personal_is_logged(sandbox, caplog):
    caplog.set_level(logging.DEBUG)
    asked = a_request(customer_email="alice at home")
    with pytest.raises(VendorError) as caught:
        payments.gateway().create_checkout(asked)
    assert "alice" not in "".join(traceback.format_exception(caught.value))
    assert "alice" not in caplog.text


@pytest.mark.parametrize("field", ["payment_method_types[0]", "line_items[0][name]", "colour"])
def test_an_unknown_parameter_is_refused_as_stripe_refuses_it(sandbox, field):
    answer = requests.post(
        f"{sandbox.STRIPE_API_BASE}/v1/checkout/sessions",
        data={"mode": "payment", "success_url": "https://practice.example/", field: "card"},
        headers={"Authorization": f"Bearer {sandbox.STRIPE_SECRET_KEY}"},
        timeout=5,
    )
    named = field.replace("[0]", "") if field.startswith("payment") else field
    assert answer.status_code == 400
    assert answer.json()["error"] | {"message": ""} == {
        "type": "invalid_request_error",
        "code": "parameter_unknown",
        "param": named,
        "message": "",
    }


@pytest.mark.parametrize("missing", ["mode", "success_url", "line_items"])
def test_a_missing_parameter_is_refused_by_name(sandbox, missing):
    price = "line_items[0][price_data]"
    form = {
        "mode": "payment",
        "success_url": "https://practice.example/",
        "line_items[0][quantity]": "1",
        f"{price}[currency]": "eur",
        f"{price}[unit_amount]": "8000",
        f"{price}[product_data][name]": "Session",
    }
    answer = requests.post(
        f"{sandbox.STRIPE_API_BASE}/v1/checkout/sessions",
        data={name: value for name, value in form.items() if not name.startswith(missing)},
        headers={"Authorization": f"Bearer {sandbox.STRIPE_SECRET_KEY}"},
        timeout=5,
    )
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, missing)


def test_a_wrong_secret_key_is_refused_for_good(sandbox):
    gateway = StripeGateway("sk_test_wrong", sandbox.STRIPE_API_BASE)
    with pytest.raises(VendorError, match="refused our key") as caught:
        gateway.create_checkout(a_request())
    assert not caught.value.retryable
    assert sessions_made() == 0


def test_a_naive_moment_is_refused_before_anything_is_sent():
    with pytest.raises(ValueError, match="aware"):
        a_request(expires_at=datetime(2026, 12, 1, 10, 0))  # noqa: DTZ001


# --- Bad days --------------------------------------------------------------------------------------------------------


def test_an_outage_is_worth_another_try_later(sandbox):
    faults.set_fault("stripe", "down")
    with pytest.raises(VendorError, match="503") as caught:
        payments.gateway().create_checkout(a_request())
    assert caught.value.retryable
    faults.set_fault("stripe", "ok")
    assert sessions_made() == 0


def test_a_slow_answer_is_worth_another_try_and_the_tries_make_one_session(sandbox):
    asked = a_request()
    faults.set_fault("stripe", "slow", 0.6)
    with pytest.raises(VendorError, match="in time") as caught:
        StripeGateway(sandbox.STRIPE_SECRET_KEY, sandbox.STRIPE_API_BASE, timeout_seconds=0.2).create_checkout(asked)
    assert caught.value.retryable
    faults.set_fault("stripe", "ok")
    wait_until(lambda: sessions_made() == 1)
    found = payments.gateway().create_checkout(asked)
    assert store.get("stripe_session", found.id) is not None
    assert sessions_made() == 1


def test_nobody_at_the_address_is_worth_another_try(sandbox):
    with pytest.raises(VendorError) as caught:
        StripeGateway("sk_test_x", "http://127.0.0.1:1", timeout_seconds=0.2).checkout("cs_test_x")
    assert caught.value.retryable


# --- The hosted page -------------------------------------------------------------------------------------------------


def test_paying_completes_the_session_and_goes_to_the_success_address(sandbox, client):
    session = payments.gateway().create_checkout(a_request())
    answer = pay_page(client, session, action="pay")
    assert answer.status_code == 303
    assert answer["Location"] == f"https://practice.example/paid/?session={session.id}"
    paid = payments.gateway().checkout(session.id)
    assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", "")
    assert paid.payment_intent.startswith("pi_")


def test_paying_twice_changes_nothing(sandbox, client):
    session = payments.gateway().create_checkout(a_request())
    pay_page(client, session, action="pay")
    paid = payments.gateway().checkout(session.id)
    answer = pay_page(client, session, action="pay")
    assert answer.status_code == 409
    assert b"has been paid" in answer.content
    assert payments.gateway().checkout(session.id) == paid
    assert stripe_events.count_held() == 1


def test_an_expired_session_cannot_be_paid(sandbox, client):
    session = payments.gateway().create_checkout(a_request())
    payments.gateway().expire_checkout(session.id)
    assert pay_page(client, session, action="pay").status_code == 409
    assert payments.gateway().checkout(session.id).payment_status == "unpaid"


def test_a_declined_card_leaves_the_session_open_to_try_again(sandbox, client):
    session = payments.gateway().create_checkout(a_request())
    answer = pay_page(client, session, action="decline")
    assert answer.status_code == 402
    assert b"Your card was declined." in answer.content
    assert payments.gateway().checkout(session.id) == session
    assert stripe_events.count_held() == 0
    assert pay_page(client, session, action="pay").status_code == 303


def test_the_page_of_no_session_is_not_found(sandbox, client):
    assert client.get("/sandbox/stripe/pay/cs_test_nobody/").status_code == 404


# --- Events ----------------------------------------------------------------------------------------------------------


def an_event(**changes) -> bytes:
    session = {"id": "cs_test_1", "object": "checkout.session", "payment_intent": "pi_1", "client_reference_id": "b:1"}
    event = {
        "id": "evt_1",
        "object": "event",
        "type": "checkout.session.completed",
        "created": 1_796_119_200,
        "livemode": False,
        "data": {"object": session},
    }
    return json.dumps(event | changes).encode()


def signed(body: bytes, secret: str = SECRET, age: int = 0) -> str:
    return stripe.WebhookSignature.generate_signature_header(body.decode(), secret, int(time.time()) - age)


def test_a_signed_event_is_read():
    event = read_event(an_event(), signed(an_event()), SECRET)
    assert (event.id, event.type, event.object_id) == ("evt_1", "checkout.session.completed", "cs_test_1")


@pytest.mark.parametrize(
    "changes",
    [{"object": None}, {"created": "now"}, {"created": 10**30}, {"data": None}, {"data": {"object": {}}}, {"data": []}],
)
def test_an_event_that_we_cannot_use_is_read_all_the_same_since_stripe_wants_an_answer(changes):
    event = read_event(an_event(**changes), signed(an_event(**changes)), SECRET)
    assert (event.id, event.type) == ("evt_1", "checkout.session.completed")


def test_the_stand_in_signs_as_stripes_own_library_does():
    assert stripe_events.sign(an_event(), SECRET, 1_796_119_200) == (
        stripe.WebhookSignature.generate_signature_header(an_event().decode(), SECRET, 1_796_119_200)
    )
    assert stripe.api_version == stripe_events.API_VERSION


def test_one_good_signature_among_several_is_enough_while_a_secret_is_rotated():
    at = int(time.time())
    old, new = (stripe_events.sign(an_event(), secret, at) for secret in ("whsec_old", SECRET))
    assert read_event(an_event(), f"{old},{new.split(',')[1]}", SECRET).id == "evt_1"


@pytest.mark.parametrize(
    "header",
    ["", "nonsense", "t=1", "v1=abc", "t=now,v1=abc", "t=1,v1=ünïcode", "t=1,v0=abc", "t=" + "9" * 5000 + ",v1=a"],
)
def test_a_header_that_is_no_signature_is_refused(header):
    with pytest.raises(BadSignature):
        read_event(an_event(), header, SECRET)


def test_an_old_signature_is_refused():
    assert read_event(an_event(), signed(an_event(), age=290), SECRET)
    with pytest.raises(BadSignature):
        read_event(an_event(), signed(an_event(), age=310), SECRET)


def test_a_tampered_body_is_refused():
    with pytest.raises(BadSignature):
        read_event(an_event(id="evt_2"), signed(an_event()), SECRET)


@pytest.mark.parametrize("secret", ["whsec_of_somebody_else", ""])
def test_another_secret_and_no_secret_are_refused(secret):
    with pytest.raises(BadSignature):
        read_event(an_event(), signed(an_event()), secret)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{}",
        b'"event"',
        an_event(id=None),
        an_event(id="evt_" + "1" * 300),
        an_event(id="evt_\0"),
        an_event(type=7),
        b"[" * 200_000,
    ],
)
def test_a_signed_body_that_is_no_event_is_refused(body):
    with pytest.raises(BadSignature):
        read_event(body, signed(body), SECRET)


def test_a_body_that_is_no_text_is_refused():
    with pytest.raises(BadSignature):
        read_event(b"\xff\xfe", "t=1,v1=abc", SECRET)


def test_a_payment_is_told_in_a_signed_event(listener, client):
    session = payments.gateway().create_checkout(a_request())
    pay_page(client, session, action="pay")
    wait_until(lambda: listener.received)
    event = read_event(*listener.received[0], payments.webhook_secret())
    assert (event.type, event.object_id) == ("checkout.session.completed", session.id)


def test_an_event_that_was_not_taken_comes_again_with_a_fresh_signature(listener, client):
    listener.statuses = [500]
    pay_page(client, payments.gateway().create_checkout(a_request()), action="pay")
    wait_until(lambda: len(listener.received) == 2)
    first, second = (read_event(*one, SECRET) for one in listener.received)
    assert first == second
    assert listener.received[0][1] != listener.received[1][1]
    wait_until(lambda: [kept["state"] for kept in store.all("stripe_event").values()] == ["delivered"])


def test_an_event_can_come_twice(listener, client):
    faults.set_delivery("twice")
    pay_page(client, payments.gateway().create_checkout(a_request()), action="pay")
    wait_until(lambda: len(listener.received) == 2)
    assert len({read_event(*one, SECRET).id for one in listener.received}) == 1


def test_a_held_event_comes_when_it_is_let_go(listener, client):
    faults.set_delivery("hold")
    pay_page(client, payments.gateway().create_checkout(a_request()), action="pay")
    assert stripe_events.count_held() == 1
    assert not listener.received
    client.post("/sandbox/control/", {"release": "1"})
    wait_until(lambda: listener.received)
    assert stripe_events.count_held() == 0


# --- The switches and the lock --------------------------------------------------------------------------------------


def test_the_control_page_sets_a_fault_and_refuses_what_is_none(sandbox, client):
    answer = client.post("/sandbox/control/", {"vendor": "google", "mode": "slow", "seconds": "2.5"})
    assert answer.status_code == 303
    assert faults.fault("google") == faults.Fault("slow", 2.5)
    assert client.post("/sandbox/control/", {"vendor": "google", "mode": "down", "seconds": "x"}).status_code == 400
    assert faults.fault("google") == faults.Fault("slow", 2.5)
    assert faults.fault("stripe") == faults.Fault("ok", 0.0)


@pytest.mark.parametrize("address", ["/sandbox/", "/sandbox/control/", "/sandbox/stripe/"])
def test_the_sandbox_pages_show_with_nothing_and_with_a_payment(sandbox, client, address):
    assert client.get(address).status_code == 200
    pay_page(client, payments.gateway().create_checkout(a_request()), action="pay")
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("value", [False, None, "true"])
def test_the_sandbox_refuses_to_start_where_the_settings_do_not_ask_for_it(settings, value):
    settings.SANDBOX = value
    with pytest.raises(ImproperlyConfigured):
        apps.get_app_config("sandbox").ready()
