"""The stand-in's hosted page and signed events, and the adapter that reads them."""

import json
import time

import pytest
import stripe
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

from integrations import payments
from integrations.payments.webhooks import BadSignature, read_event
from integrations.sandbox import faults, store, stripe_events
from tests.contracts.stripe_door import SECRET, a_request, pay_page, wait_until

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
    still = payments.gateway().checkout(session.id)
    assert (still.status, still.payment_status, still.url) == ("open", "unpaid", session.url)
    assert stripe_events.count_held() == 0
    assert pay_page(client, session, action="pay").status_code == 303
    assert payments.gateway().checkout(session.id).payment_intent == still.payment_intent


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
    ("subject", "found"),
    [
        ({"id": "ch_1", "object": "charge", "payment_intent": "pi_1"}, "pi_1"),
        ({"id": "du_1", "object": "dispute", "payment_intent": {"id": "pi_1", "object": "payment_intent"}}, "pi_1"),
        ({"id": "pi_1", "object": "payment_intent"}, "pi_1"),
        ({"id": "cs_1", "object": "checkout.session", "payment_intent": None}, ""),
        ({"id": "re_1", "object": "refund"}, ""),
    ],
)
def test_the_payment_behind_an_event_is_read_however_it_is_named(subject, found):
    body = an_event(data={"object": subject})
    event = read_event(body, signed(body), SECRET)
    assert (event.object_id, event.payment_intent) == (subject["id"], found)


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
        an_event(data={"object": {"id": "ch_1", "payment_intent": 7}}),
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
