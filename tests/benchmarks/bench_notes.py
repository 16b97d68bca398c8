"""Searching 5,000 notes beside decrypting them alone, in one run: `make bench`.

There is no index of what notes say, so a search can be no faster than decrypting everything once: that is the floor.
"""

import gc
from statistics import median
from time import perf_counter

import pytest
from django.db import connection

from clients.care.domain.queries.notes import search_notes
from clients.care.models import Note
from clients.models.encrypted import cipher
from tests.factories import make_client

NOTES = 5_000
LETTERS = 1_800  # a page, about
ROUNDS = 5
SENTENCE = "She slept a little better this week and spoke of the letter to her brother. "


def fill() -> None:
    client, page = make_client(), (SENTENCE * 30)[:LETTERS]
    notes = (Note(client=client, body=f"{page} Number {number}.") for number in range(NOTES))
    Note.objects.bulk_create(notes, batch_size=1_000)


def decrypt_alone(tokens: list[bytes]) -> None:
    opened = cipher()
    for token in tokens:
        opened.decrypt(token)


def timed(call, *arguments: object) -> float:
    """The median of some rounds, in milliseconds."""
    spent = []
    for _ in range(ROUNDS):
        begun = perf_counter()
        call(*arguments)
        spent.append((perf_counter() - begun) * 1000)
    return median(spent)


@pytest.mark.django_db
def test_search_beside_decrypting_alone() -> None:
    fill()
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM care_note")
        tokens = [bytes(body) for (body,) in cursor.fetchall()]
    gc.freeze()
    floor = timed(decrypt_alone, tokens)
    print(f"\n{'sought':>18} {'found':>6} {'ms':>8} {'× decrypting alone':>19}")
    for words in ("nowhere written", "number 4321."):
        ms = timed(search_notes, words)
        print(f"{words:>18} {len(search_notes(words)):>6} {ms:>8.0f} {ms / floor:>19.2f}")
    assert len(search_notes("number 4321.")) == 1
