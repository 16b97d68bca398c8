"""Recordings: read by the worker, refused in the editor's words, and played in ranges."""

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from wagtail.models import Collection

from integrations.outbox.models import Effect
from integrations.outbox.operations import run_due
from site_cms.pages.files import span_of
from site_cms.pages.handlers import SILENT, UNREADABLE
from site_cms.pages.models import Audio
from site_cms.pages.models.audio import WRONG_KIND
from site_cms.pages.models.podcast import why_unheard
from tests.factories import make_user, therapist
from tests.site_cms.site import SOUND, add_audio

pytestmark = pytest.mark.django_db


def test_length_size_and_kind_are_read_by_the_worker_not_in_the_request() -> None:
    audio = add_audio(is_measured=False)

    assert (audio.duration, audio.size_bytes, audio.is_ready) == (0, 0, False)
    assert "still being read" in why_unheard(audio)

    run_due(timezone.now())
    audio.refresh_from_db()

    assert 71.5 < audio.duration < 72.6
    assert (audio.size_bytes, audio.content_type, audio.problem) == (len(SOUND), "audio/mpeg", "")
    assert why_unheard(audio) == ""


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", UNREADABLE), (b"no sound at all" * 100, UNREADABLE), (b"RIFF\x24\x00\x00\x00WAVEfmt ", UNREADABLE)],
)
def test_a_file_without_sound_is_said_so_in_the_editors_words(client: Client, content: bytes, said: str) -> None:
    audio = add_audio(content)

    assert why_unheard(audio) == said
    assert not audio.is_ready
    assert client.get(audio.url).status_code == 404
    assert Effect.objects.get().state == "done", "trying again would not help"


def test_audio_of_nought_seconds_is_refused() -> None:
    class Info:
        length = 0.0

    assert "0 seconds" in SILENT
    audio = add_audio()
    Audio.objects.update(problem=SILENT, duration=Info.length)
    audio.refresh_from_db()
    assert why_unheard(audio) == SILENT


def test_another_file_is_measured_anew_and_an_old_measurement_is_not_taken_for_it() -> None:
    audio = add_audio()
    first = audio.file_version
    audio.file = ContentFile(b"nothing to hear", name="other.mp3")
    audio.save()

    assert (audio.file_version, audio.is_ready) == (first + 1, False)
    run_due(timezone.now())
    audio.refresh_from_db()
    assert audio.problem == UNREADABLE
    assert Effect.objects.filter(kind="measure_audio").count() == 2


@pytest.mark.parametrize("kind", ["audio", "video"])
def test_she_and_a_helper_put_recordings_into_the_library_and_other_files_are_refused(
    client: Client, kind: str
) -> None:
    helper = make_user("helper@example.com")
    helper.groups.add(Group.objects.get(name="Editors"))
    root = Collection.get_first_root_node().pk

    for number, user in enumerate((therapist(), helper), start=1):
        client.force_login(user)
        typed = {"title": "Breaths", "collection": root, "tags": ""}
        client.post("/cms/media/audio/add/", typed | {"file": SimpleUploadedFile("b.mp3", SOUND)})
        for kind in ("audio", "video"):
            film = SimpleUploadedFile("b.mp4", SOUND)
            refused = client.post(f"/cms/media/{kind}/add/", typed | {"file": film})
            assert WRONG_KIND in refused.content.decode()
        assert Audio.objects.filter(type="audio").count() == Audio.objects.count() == number
    assert client.get("/cms/media/").status_code == 200


def test_a_new_title_measures_nothing() -> None:
    audio = add_audio()
    audio.title = "Four breaths"
    audio.save()

    audio.refresh_from_db()
    assert audio.is_ready
    assert Effect.objects.count() == 1


@pytest.mark.parametrize(
    ("asked", "status", "begin", "end"),
    [
        (None, 200, 0, len(SOUND)),
        ("bytes=0-1", 206, 0, 2),
        ("bytes=100-", 206, 100, len(SOUND)),
        ("bytes=-500", 206, len(SOUND) - 500, len(SOUND)),
        ("bytes=0-99999999", 206, 0, len(SOUND)),
        ("bytes=0-1,5-6", 200, 0, len(SOUND)),
        ("words=1-2", 200, 0, len(SOUND)),
    ],
)
def test_a_player_gets_the_part_that_it_asks_for(
    client: Client, asked: str | None, status: int, begin: int, end: int
) -> None:
    audio = add_audio()
    headers = {"Range": asked} if asked else {}

    answer = client.get(audio.url, headers=headers | {"Accept-Encoding": "gzip"})

    assert answer.status_code == status
    assert b"".join(answer.streaming_content) == SOUND[begin:end]
    assert answer["Content-Length"] == str(end - begin)
    assert answer["Content-Type"] == "audio/mpeg"
    assert answer["Accept-Ranges"] == "bytes"
    assert not answer.has_header("Content-Encoding"), "a part of a file stays that part"
    expected = f"bytes {begin}-{end - 1}/{len(SOUND)}" if status == 206 else None
    assert answer.get("Content-Range") == expected


def test_a_range_beyond_the_end_is_416_and_says_where_the_end_is(client: Client) -> None:
    answer = client.get(add_audio().url, headers={"Range": f"bytes={len(SOUND)}-"})

    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{len(SOUND)}")


def test_whoever_has_it_already_is_told_so_and_an_outdated_part_is_not_continued(client: Client) -> None:
    audio = add_audio()
    etag = client.head(audio.url)["ETag"]

    def status(**headers: str) -> int:
        answer = client.get(audio.url, headers={name.replace("_", "-"): value for name, value in headers.items()})
        if answer.streaming:
            b"".join(answer.streaming_content)
        return answer.status_code

    assert status(If_None_Match=etag) == 304
    assert status(Range="bytes=0-1", If_Range=etag) == 206
    assert status(Range="bytes=0-1", If_Range='"older"') == 200
    assert client.head(audio.url)["Content-Length"] == str(len(SOUND))
    assert client.get(audio.url.replace(".mp3", ".m4a")).status_code == 404


@pytest.mark.parametrize(
    ("asked", "span"),
    [("bytes=0-0", (0, 1)), ("bytes=9-9", (9, 10)), ("bytes=10-", (0, 0)), ("bytes=-0", (0, 0)), ("bytes=5-2", None)],
)
def test_spans_are_read_as_the_rfc_has_them(asked: str, span: tuple[int, int] | None) -> None:
    assert span_of(asked, 10) == span
