"""Writing to her from the site: kept, told, of no use to machines, and repeated in no mail (R22)."""

import re

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from clients.care.models import Notification
from integrations.outbox.models import Effect
from integrations.outbox.operations import run_due
from site_cms.pages.models import ContactMessage, ContactPage, HomePage
from tests.factories import NOW, therapist

pytestmark = pytest.mark.django_db

WORDS = {"name": "Vera Sousa", "email": "vera@example.com", "text": "Do you have room in spring?", "website": ""}


@pytest.fixture(autouse=True)
def page() -> ContactPage:
    return HomePage.objects.get().add_child(instance=ContactPage(title="Write to me", slug="contact"))


def test_a_message_is_kept_encrypted_and_owed_to_her(client: Client) -> None:
    answer = client.post("/contact/", WORDS)

    assert (answer.status_code, answer["Location"]) == (303, "/contact/?sent=1")
    assert "Your words have arrived" in client.get("/contact/?sent=1").content.decode()
    message = ContactMessage.objects.get()
    assert (message.name, message.email, message.text) == (WORDS["name"], WORDS["email"], WORDS["text"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT text::text FROM pages_contactmessage")
        assert "spring" not in cursor.fetchone()[0]
    assert set(Effect.objects.values_list("kind", flat=True)) == {"contact_email", "contact_notice"}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": ""}, "Tell me your name"),
        ({"email": "vera"}, "This email address is not complete"),
        ({"text": " "}, "Write a line or two"),
        ({"text": "x\x00"}, "Null characters are not allowed"),
        ({"text": "x" * 4001}, "at most 4000 characters"),
    ],
)
def test_bad_input_is_said_beside_the_field_and_what_was_typed_stays(
    client: Client, typed: dict[str, str], said: str
) -> None:
    answer = client.post("/contact/", WORDS | typed)

    assert answer.status_code == 422
    page = answer.content.decode()
    assert said in page
    assert 'aria-invalid="true"' in page
    assert any(value and value in page for key, value in WORDS.items() if key not in typed)
    assert not ContactMessage.objects.exists()
    assert not Effect.objects.exists()


def test_a_machine_that_fills_in_everything_gets_the_same_thanks_and_nothing_is_kept(client: Client) -> None:
    answer = client.post("/contact/", WORDS | {"website": "https://spam.example"})

    assert (answer.status_code, answer["Location"]) == (303, "/contact/?sent=1")
    assert not ContactMessage.objects.exists()
    assert not Effect.objects.exists()


@time_machine.travel(NOW, tick=False)
def test_the_sixth_message_within_a_quarter_of_an_hour_is_429(client: Client) -> None:
    for _ in range(5):
        assert client.post("/contact/", WORDS).status_code == 303
    answer = client.post("/contact/", WORDS)

    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 900
    assert ContactMessage.objects.count() == 5
    assert client.get("/contact/").status_code == 200, "reading is not counted"


def test_the_form_is_kept_by_no_cache(client: Client) -> None:
    first, second = client.get("/contact/"), Client().get("/contact/")

    assert "no-store" in first["Cache-Control"]
    tokens = [re.findall(r'csrfmiddlewaretoken" value="(\w+)"', page.content.decode()) for page in (first, second)]
    assert tokens[0] != tokens[1]


@pytest.mark.rule("R22")
@pytest.mark.django_db(transaction=True)
def test_the_mail_says_that_somebody_wrote_and_never_what(client: Client, vendors) -> None:
    her = therapist()
    client.post("/contact/", WORDS)
    run_due(timezone.now())

    (mail,) = vendors.mails(her.email)
    whole = str(mail)
    assert "Somebody wrote" in whole
    assert "/cms/contact-messages/inspect/" in whole
    for kept_back in ("spring", "Vera", "vera@example.com"):
        assert kept_back not in whole
    assert Notification.objects.get().recipient == her


def test_she_reads_and_deletes_it_and_can_alter_nothing(client: Client) -> None:
    client.post("/contact/", WORDS)
    message = ContactMessage.objects.get()
    hers = Client()
    hers.force_login(therapist())

    assert "room in spring" in hers.get(f"/cms/contact-messages/inspect/{message.pk}/").content.decode()
    assert "Vera Sousa" in hers.get("/cms/contact-messages/").content.decode()
    for closed in ("new/", f"edit/{message.pk}/"):
        assert hers.get(f"/cms/contact-messages/{closed}").status_code in {302, 403}
    hers.post(f"/cms/contact-messages/delete/{message.pk}/")
    assert not ContactMessage.objects.exists()
