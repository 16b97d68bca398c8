"""Beside the note itself: amendments, the private page, the search."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from clients.care.domain import notes
from clients.care.domain.queries.notes import MOST_FOUND, search_notes
from clients.care.models import PrivatePage
from clients.models import Client
from practice_admin.workspace.desk import signed_in
from practice_admin.workspace.notes import keeping
from practice_admin.workspace.notes.editor import note_page
from practice_admin.workspace.notes.forms import AmendmentForm, NoteForm, PrivateForm, SearchForm, put_in
from practice_admin.workspace.notes.pages import own_note, page, problems
from practice_admin.workspace.people.pages import CONFLICT, UNPROCESSABLE, client_or_404


@require_POST
def amend(request: HttpRequest, public_id: UUID, note_id: UUID) -> HttpResponse:
    """Add to a signed note. Refused: the note again, with what was typed and why."""
    client = client_or_404(public_id)
    note = own_note(client, note_id)
    if note is None:
        raise Http404
    form = AmendmentForm(request.POST)
    if form.is_valid():
        try:
            notes.amend_note(note=note, actor=signed_in(request), now=timezone.now(), **form.cleaned_data)
        except notes.ReasonRefused as refused:
            form.add_error("reason", refused.public_message)
        except notes.NotSigned as refused:
            messages.info(request, refused.public_message)
            return redirect("admin:note", public_id, note_id)
        except notes.NoteRefused as refused:
            form.add_error("body", refused.public_message)
        else:
            messages.success(request, "Your amendment stands under the note.")
            return redirect("admin:note", public_id, note_id)
    return note_page(request, client, note_id, note, NoteForm(sessions=[]), amendment=form)


@require_http_methods(["GET", "HEAD", "POST"])
def private_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Her private page on a client, to read and to write on."""
    client = client_or_404(public_id)
    kept = PrivatePage.objects.filter(client=client).first()
    initial = {"body": kept.body if kept else "", "version": kept.version if kept else 0}
    form = PrivateForm(request.POST if request.method == "POST" else None, initial=initial)
    if not form.is_valid():
        return _private(request, client, kept, form)
    try:
        notes.keep_private(client=client, now=timezone.now(), **_private_kept(form))
    except notes.NoteChanged as refused:
        put_in(form, "version", str(refused.kept.version))
        form.add_error("body", refused.public_message)
        return _private(request, client, kept, form, other=refused.kept.body, status=CONFLICT)
    except notes.NoteRefused as refused:
        form.add_error("body", refused.public_message)
        return _private(request, client, kept, form)
    messages.success(request, "Your private page is kept.")
    return redirect("admin:private_page", public_id)


@require_POST
def keep_private(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Keep the private page as she types: for the script."""
    client, form = client_or_404(public_id), PrivateForm(request.POST)
    if not form.is_valid():
        return keeping.cannot_read(problems(form))
    try:
        kept = notes.keep_private(client=client, now=timezone.now(), **_private_kept(form))
    except notes.NoteRefused as refused:
        return keeping.was_refused(refused)
    return keeping.was_kept(kept)


@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Look for words in everything that she wrote."""
    form = SearchForm(request.POST if request.method == "POST" else None)
    found = search_notes(form.cleaned_data["words"]) if form.is_valid() else []
    is_asked = form.is_bound and bool(form.cleaned_data.get("words", "").strip())
    return page(request, "search", "Notes", form=form, found=found, is_asked=is_asked, most=MOST_FOUND)


def _private_kept(form: PrivateForm) -> dict[str, Any]:
    return {"body": form.cleaned_data["body"], "known_version": form.cleaned_data["version"]}


def _private(
    request: HttpRequest,
    client: Client,
    kept: PrivatePage | None,
    form: PrivateForm,
    *,
    other: str | None = None,
    status: int = 200,
) -> HttpResponse:
    status = UNPROCESSABLE if form.errors and status == 200 else status
    return page(request, "private", "Private page", client=client, kept=kept, form=form, other=other, status=status)
