"""Under /cms/ only staff are known, and whoever helps with the site sees nothing of the practice (R15, R16)."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client as Browser

from clients.models import Client, User
from integrations.outbox.models import Effect
from site_cms.pages.models import ContactMessage, HomePage
from tests.factories import make_client, make_user, therapist

pytestmark = pytest.mark.django_db

HELPER = "helper@example.com"


def browser_of(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


@pytest.fixture
def alice() -> Client:
    return make_client("alice@example.com", name="Alice Almeida")


@pytest.fixture
def helper() -> User:
    user = make_user(HELPER, name="Hugo Help")
    user.groups.add(Group.objects.get(name="Editors"))
    return user


@pytest.mark.rule("R16")
@pytest.mark.parametrize("query", ["", "?q=alice", "?is_active=true", "?ordering=name", "results/"])
def test_no_client_stands_in_the_editors_list_of_users(alice: Client, helper: User, query: str) -> None:
    page = browser_of(therapist()).get(f"/cms/users/{query}")

    assert page.status_code == 200
    assert "alice" not in page.content.decode().lower().replace("q=alice", "").replace('value="alice"', "")
    assert query == "?q=alice" or HELPER in page.content.decode()


@pytest.mark.rule("R16")
@pytest.mark.parametrize("screen", ["edit", "delete", "history", "usage", "history-results"])
def test_a_clients_account_is_not_there_for_the_editors_user_screens(alice: Client, helper: User, screen: str) -> None:
    browser = browser_of(therapist())

    assert browser.get(f"/cms/users/{screen}/{alice.user.pk}/").status_code == 404
    assert browser.post(f"/cms/users/{screen}/{alice.user.pk}/").status_code == 404
    assert User.objects.filter(pk=alice.user.pk, is_active=True).exists()
    if screen in {"edit", "history", "delete"}:
        assert browser.get(f"/cms/users/{screen}/{helper.pk}/").status_code == 200


@pytest.mark.parametrize("act", ["delete", "assign_role", "set_active_state"])
def test_an_act_on_several_accounts_finds_no_client(alice: Client, helper: User, act: str) -> None:
    address = f"/cms/bulk/clients/user/{act}/?id="
    browser = browser_of(therapist())

    assert browser.get(f"{address}{alice.user.pk}").status_code == 404
    assert "Alice" not in browser.get(f"{address}{alice.user.pk}&id={helper.pk}").content.decode()
    assert "Alice" not in browser.get(f"{address}all").content.decode()


@pytest.mark.parametrize("report", ["site-history", "locked", "aging-pages", "workflow", "workflow_tasks"])
def test_no_client_stands_in_a_report(alice: Client, report: str) -> None:
    page = browser_of(therapist()).get(f"/cms/reports/{report}/")

    assert page.status_code == 200
    assert "alice@example.com" not in page.content.decode()


def test_the_therapist_lets_somebody_help_by_name_address_and_role() -> None:
    role = Group.objects.get(name="Editors")

    answer = browser_of(therapist()).post(
        "/cms/users/new/", {"email": " Helper@Example.com", "name": "Hugo Help", "groups": [role.pk]}
    )

    assert answer.status_code == 302
    made = User.objects.get(email=HELPER)
    assert (made.name, made.is_staff, made.is_superuser, made.has_usable_password()) == (
        "Hugo Help",
        False,
        False,
        False,
    )
    assert browser_of(made).get("/cms/").status_code == 200


def test_a_clients_address_and_a_helper_without_a_role_are_refused(alice: Client) -> None:
    answer = browser_of(therapist()).post("/cms/users/new/", {"email": "ALICE@example.com", "name": "Hugo"})

    assert answer.status_code == 200
    page = answer.content.decode()
    assert "This is the address of a client" in page
    assert "Choose at least one role" in page
    assert "Almeida" not in page
    assert not User.objects.filter(name="Hugo").exists()


@pytest.mark.rule("R16")
def test_a_helping_editor_reaches_the_editor_and_nothing_of_the_practice(alice: Client, helper: User) -> None:
    message = ContactMessage.objects.create(name="Vera", email="vera@example.com", text="Private words")
    browser = browser_of(helper)

    assert browser.get("/cms/").status_code == 200
    assert browser.get(f"/cms/pages/{HomePage.objects.get().pk}/edit/").status_code == 200
    assert browser.get("/cms/account/").status_code == 200
    for closed in ("/admin/", "/admin/clients/client/", f"/admin/clients/record/{alice.public_id}/"):
        assert browser.get(closed).status_code == 403
    for refused in ("/cms/users/", "/cms/contact-messages/", f"/cms/contact-messages/inspect/{message.pk}/"):
        answer = browser.get(refused)
        assert answer.status_code in {302, 403}
        assert "Vera" not in answer.content.decode()
    assert ">Workspace<" not in browser.get("/cms/").content.decode()
    assert Effect.objects.count() == 0


def test_a_helping_editors_own_space_is_the_editor(helper: User) -> None:
    browser = browser_of(helper)

    assert browser.get("/portal/")["Location"] == "/cms/"
    page = browser.get("/sign-in/").content.decode()
    assert 'href="/cms/"' in page
    assert 'href="/portal/"' not in page.partition("<main")[2]
