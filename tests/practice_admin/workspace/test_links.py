"""Every link on the desk's pages leads somewhere."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings

from tests.access.addresses import addresses
from tests.factories import NOW, make_booking, make_client, make_session_type
from tests.practice_admin.workspace.money_pages import owed

UUID = re.compile(r"<uuid:\w+>")
EMPTY = re.compile(r'<a\b[^>]*\bhref="\s*"[^>]*>.*?</a>', re.DOTALL)
NAMED = re.compile(r"{% url [^%]* as (\w+) %}")
TEMPLATES = sorted(Path(settings.BASE_DIR, "templates", "workspace").rglob("*.html"))
# Pages that have lost where "Not now" leads before: without them the walk has seen too little.
MUST_SEE = {
    *("refund", "received", "payback", "waive", "pay-link", "let-go", "cancel", "move", "buffers", "no-show"),
    *("close", "dismiss", "waivers", "book", "away", "calendar", "quiet", "add", "contacts"),
}


@pytest.mark.django_db
def test_no_link_on_the_desk_has_an_empty_address(desk):
    with time_machine.travel(NOW, tick=False):
        pages = {address: desk.get(address) for address in _pages_of_the_desk()}
    shown = {address: page for address, page in pages.items() if page.status_code == 200}
    assert {address.rstrip("/").rsplit("/", 1)[1] for address in shown} >= MUST_SEE
    nowhere = {address: EMPTY.findall(page.content.decode()) for address, page in shown.items()}
    assert not {address: links for address, links in nowhere.items() if links}


def _pages_of_the_desk() -> list[str]:
    """Those without arguments; those of a session that is owed, of a call to be closed; those of a client."""
    due = owed(starts_at=NOW - timedelta(hours=2))
    call = make_booking(make_client(), make_session_type(name="Call"), starts_at=NOW - timedelta(hours=5))
    whose = {"admin/bookings/": [due.public_id, call.public_id], "admin/clients/": [due.client.public_id]}
    found = [f"/{each.pattern}" for each in addresses() if re.fullmatch(r"admin/[\w/-]*(?<!logout/)", each.pattern)]
    for beginning, ids in whose.items():
        of_one = [each.pattern for each in addresses() if each.pattern.startswith(beginning)]
        patterns = [pattern for pattern in of_one if UUID.search(pattern) and "<" not in UUID.sub("", pattern)]
        found += ["/" + UUID.sub(str(public_id), pattern) for pattern in patterns for public_id in ids]
    return found


def test_an_address_named_in_one_block_is_used_in_no_other():
    """Django forgets at the end of a block what was named in it: elsewhere the link would lead nowhere."""
    assert len(TEMPLATES) > 50
    assert not {path.name: lost for path in TEMPLATES if (lost := _lost_names(path.read_text()))}


def _lost_names(source: str) -> list[str]:
    lost = []
    for part in re.split(r"{% (?:end)?block\b", source)[1:]:
        others = set(NAMED.findall(source)) - set(NAMED.findall(part))
        lost += [name for name in others if re.search(rf"{{[{{%][^}}]*\b{name}\b", part)]
    return lost
