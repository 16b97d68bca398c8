"""Public files: recordings, in ranges where a player asks so, and pictures in the sizes that pages show."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe
from django.views.static import serve

from site_cms.pages.models import Audio

PIECE = 64 * 1024  # bytes at a time
_ONE_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


@require_safe
def audio(request: HttpRequest, public_id: UUID, ending: str) -> HttpResponseBase:
    """One recording. 206 for a range, 416 for one beyond its end (RFC 9110, 14), 304 for whoever has it already.

    A request for several ranges at once, which no player makes, is answered with the whole, as the RFC allows.
    """
    found = get_object_or_404(Audio, public_id=public_id)
    if not found.is_ready or not found.file.name.lower().endswith(f".{ending}"):
        raise Http404
    etag = f'"{found.public_id.hex}-{found.file_version}"'
    unchanged = get_conditional_response(request, etag=etag)
    response = unchanged or _piece(request, found, etag)
    response.headers["ETag"] = etag
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


@require_safe
def picture(request: HttpRequest, name: str) -> HttpResponseBase:
    """A picture in one of the sizes that pages show. Its name changes with it, so it may be kept for good."""
    response = serve(request, name, document_root=str(Path(settings.MEDIA_ROOT) / "images"))
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _piece(request: HttpRequest, found: Audio, etag: str) -> HttpResponseBase:
    size = found.size_bytes
    asked = request.headers.get("Range", "")
    is_of_this_file = request.headers.get("If-Range", etag) == etag
    span = span_of(asked, size) if asked and is_of_this_file else None
    if span == (0, 0):
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    begin, end = span or (0, size)
    headers = {"Content-Length": str(end - begin)}
    if span:
        headers["Content-Range"] = f"bytes {begin}-{end - 1}/{size}"
    status = 206 if span else 200
    if request.method == "HEAD":
        return HttpResponse(status=status, headers=headers, content_type=found.content_type)
    part = Part(found.file.open("rb"), begin, end - begin)
    return StreamingHttpResponse(part, status=status, headers=headers, content_type=found.content_type)


def span_of(asked: str, size: int) -> tuple[int, int] | None:
    """The bytes that a Range header asks for, as [begin, end); (0, 0) where there are none; None for the whole."""
    found = _ONE_RANGE.fullmatch(asked.strip())
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:  # the last so many bytes
        count = min(int(last), size)
        return (size - count, size) if count else (0, 0)
    begin, end = int(first), min(int(last), size - 1) + 1 if last else size
    if last and int(last) < int(first):
        return None
    return (begin, end) if begin < size else (0, 0)


class Part:
    """So many bytes of a file from one place on, in pieces. Closes the file when the answer is over, sent or not."""

    def __init__(self, file: IO[bytes], begin: int, length: int) -> None:
        file.seek(begin)
        self.file, self.left = file, length

    def __iter__(self) -> Iterator[bytes]:
        while self.left > 0 and (piece := self.file.read(min(PIECE, self.left))):
            self.left -= len(piece)
            yield piece

    def close(self) -> None:
        """Called by Django."""
        self.file.close()
