"""Who may enter the desk: active staff, and nobody else, by any address."""

import pytest
from django.contrib import admin
from django.urls import URLPattern, URLResolver, reverse

from integrations.outbox.models import Effect
from practice_admin.models import Practice
from tests.factories import make_booking, make_client, make_user

pytestmark = pytest.mark.django_db

A_UUID = "00000000-0000-4000-8000-000000000000"


STAND_INS = {
    "UUIDConverter": A_UUID,
    "IntConverter": 1,
    "PathConverter": "1",
    "StringConverter": "x",
    "SlugConverter": "x",
}


def addresses() -> list[str]:
    """Every address of the desk, with stand-ins for what they name."""
    found = ["/admin/practice_admin/"]  # an app's own index, which takes the names of apps alone
    for entry in _patterns(admin.site.urls[0]):
        if entry.name and entry.name not in {"login", "logout", "app_list"}:  # the first two are the way in and out
            converters = entry.pattern.converters.items()
            values = {key: STAND_INS[type(converter).__name__] for key, converter in converters} | entry.default_args
            found.append(reverse(f"admin:{entry.name}", kwargs=values))
    return found


def _patterns(entries: list[URLPattern | URLResolver]) -> list[URLPattern]:
    flat = []
    for entry in entries:
        flat += _patterns(entry.url_patterns) if isinstance(entry, URLResolver) else [entry]
    return flat


def alice():
    return make_client("alice@example.com").user


def former_therapist():
    return make_user("former@example.com", is_staff=True, is_superuser=True, is_active=False)


@pytest.mark.rule("R16")
@pytest.mark.parametrize("who", [None, alice, former_therapist], ids=["visitor", "client", "inactive staff"])
def test_nobody_but_the_therapist_enters_by_any_address(client, who):
    if who is not None:
        client.force_login(who())
    for address in addresses():
        for answer in (client.get(address), client.post(address)):
            assert answer.status_code in {302, 403, 404, 405}, address
            if answer.status_code == 302:
                assert answer["Location"].startswith(("/admin/login/", "/sign-in/")), address


def test_the_addresses_are_the_whole_desk():
    assert {reverse("admin:index"), reverse("admin:mark_seen"), reverse("admin:client_record", args=[A_UUID])} <= set(
        addresses()
    )
    assert len(addresses()) > 30


def test_what_a_client_posts_changes_nothing(client):
    booking = make_booking()
    effect = Effect.objects.create(kind="x", subject=booking.subject, state="failed")
    client.force_login(booking.client.user)
    client.post(reverse("admin:mark_seen"), {"rendered_at": "2026-01-01T00:00:00+00:00"})
    client.post(reverse("admin:close_discovery", args=[booking.public_id]), {"outcome": "proceed"})
    client.post(reverse("admin:retry_effect", args=[effect.pk]))
    note = reverse("admin:note", args=[booking.client.public_id, A_UUID])
    for address in (note, f"{note}keep/"):
        client.post(address, {"body": "Mine", "version": "0"})
    booking.refresh_from_db()
    effect.refresh_from_db()
    assert Practice.objects.get().looked_at is None
    assert (booking.status, effect.state) == ("confirmed", "failed")
    assert not booking.client.notes.exists()


def test_the_therapist_reaches_every_list(desk):
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        assert desk.get(reverse(name), follow=True).status_code == 200


def test_only_what_was_made_for_the_desk_is_on_it():
    assert {model._meta.model_name for model in admin.site._registry} == {
        *("client", "booking", "effect"),
        *("practice", "sessiontype", "notetemplate", "savedreply"),
    }


def test_an_app_has_no_index_of_its_own(desk):
    assert desk.get("/admin/practice_admin/")["Location"] == reverse("admin:index")


def test_nobody_has_a_password_to_change(desk):
    assert desk.get("/admin/password_change/").status_code == 404


def test_a_visitor_is_led_to_the_magic_link_and_back(client):
    answer = client.get("/admin/clients/client/?q=a")
    assert answer.status_code == 302
    assert answer["Location"] == "/sign-in/?next=/admin/clients/client/%3Fq%3Da"


def test_somebody_elses_site_is_no_way_back(client):
    assert client.get("/admin/login/?next=https://evil.example/")["Location"] == "/sign-in/?next=/admin/"


def test_a_signed_in_client_is_told_once_and_not_led_in_circles(client):
    client.force_login(alice())
    assert client.get("/admin/").status_code == 403
    assert client.get("/admin/login/").status_code == 403


def test_a_signed_in_client_is_shown_their_own_place_and_the_way_out(client, text):
    client.force_login(alice())
    words = text(client.get("/admin/", follow=True))
    assert 'href="/portal/">To your own space' in words
    assert 'action="/sign-out/"' in words
    assert ">Sign in<" not in words


@pytest.mark.parametrize("way", ["/admin/login/", "/admin/login/?next=/admin/", ".", "http://testserver/admin/login/"])
def test_the_way_in_never_leads_to_itself(desk, client, way):
    for browser, place in ((desk, "/admin/"), (client, "/sign-in/?next=/admin/")):
        assert browser.get("/admin/login/", {"next": way})["Location"] == place


def test_the_therapist_is_not_asked_to_sign_in_again(desk):
    assert desk.get("/admin/login/?next=/admin/clients/client/")["Location"] == "/admin/clients/client/"


@pytest.mark.parametrize("address", ["/admin/", "/admin/practice_admin/booking/", "/admin/clients/client/?q=x"])
def test_a_visitor_is_sent_straight_to_the_one_sign_in_page(client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/?next=/admin/")


def test_a_nul_in_a_filter_is_a_bad_request_and_no_breakdown(desk) -> None:
    assert desk.get("/admin/practice_admin/booking/?status__exact=%00").status_code == 400
