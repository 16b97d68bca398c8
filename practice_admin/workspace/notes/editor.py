"""One note: written as a draft, kept as she types, signed."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.care.domain import notes
from clients.care.domain.queries.notes import note_before, note_on
from clients.care.models import Note, NoteTemplate
from clients.models import Client
from practice_admin.models import Booking
from practice_admin.workspace.desk import signed_in
from practice_admin.workspace.notes import keeping
from practice_admin.workspace.notes.forms import AmendmentForm, NoteForm, put_in, with_template
from practice_admin.workspace.notes.pages import own_note, page, problems
from practice_admin.workspace.people.pages import CONFLICT, UNPROCESSABLE, client_or_404
from practice_admin.workspace.queries.notes import sessions_to_note

LONGEST_NUMBER = 10  # digits of a template's id


@require_safe
def session_note(_request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The note on this session, or a new one."""
    booking = get_object_or_404(Booking.objects.select_related("client").defer("reason"), public_id=public_id)
    note = note_on(booking)
    if note is not None:
        return redirect("admin:note", booking.client.public_id, note.public_id)
    return redirect(f"{reverse('admin:note', args=[booking.client.public_id, uuid4()])}?session={public_id}")


@require_safe
def new_note(_request: HttpRequest, public_id: UUID) -> HttpResponse:
    """An address for a new note. Nothing is made until there are words."""
    return redirect("admin:note", client_or_404(public_id).public_id, uuid4())


@require_http_methods(["GET", "HEAD", "POST"])
def show_note(request: HttpRequest, public_id: UUID, note_id: UUID) -> HttpResponse:
    """A signed note with its amendments, or a draft to write on. POST does what its button says."""
    client, now = client_or_404(public_id), timezone.now()
    note = own_note(client, note_id)
    form = _form(request, client, note, now)
    if not form.is_bound:
        return note_page(request, client, note_id, note, form)
    if not form.is_valid():
        return note_page(request, client, note_id, note, form)
    act = request.POST.get("act", "keep")
    if act.startswith("insert-"):
        return _with_template(request, client, note_id, note, form, act.removeprefix("insert-"))
    return _act(request, client, note_id, note, form, act)


@require_POST
def keep_note(request: HttpRequest, public_id: UUID, note_id: UUID) -> HttpResponse:
    """Keep a draft as she types: for the script."""
    client, now = client_or_404(public_id), timezone.now()
    form = _form(request, client, own_note(client, note_id), now)
    if not form.is_valid():
        return keeping.cannot_read(problems(form))
    try:
        return keeping.was_kept(notes.keep_draft(**_kept(request, client, note_id, form, now)))
    except notes.NoteRefused as refused:
        return keeping.was_refused(refused)


def note_page(
    request: HttpRequest,
    client: Client,
    note_id: UUID,
    note: Note | None,
    form: NoteForm,
    *,
    amendment: AmendmentForm | None = None,
    other: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page. `other` is what was kept elsewhere in the meantime, to stand beside what is in the form."""
    is_refused = bool(form.errors) or (amendment is not None and bool(amendment.errors))
    context: dict[str, Any] = {
        "client": client,
        "note": note,
        "note_id": note_id,
        "form": form,
        "amendment_form": amendment or AmendmentForm(),
        "before": note_before(client, note),
        "templates": [] if note and note.is_locked else list(NoteTemplate.objects.all()),
        "other": other,
    }
    template = "signed" if note and note.is_locked else "editor"
    return page(request, template, "Note", status=UNPROCESSABLE if is_refused and status == 200 else status, **context)


def _form(request: HttpRequest, client: Client, note: Note | None, now: datetime) -> NoteForm:
    session = str(note.booking.public_id) if note and note.booking else request.GET.get("session", "")
    initial = {"body": note.body if note else "", "version": note.version if note else 0, "session": session}
    data = request.POST if request.method == "POST" else None
    return NoteForm(data, initial=initial, sessions=sessions_to_note(client, now, besides=note))


def _kept(request: HttpRequest, client: Client, note_id: UUID, form: NoteForm, now: datetime) -> dict[str, Any]:
    return {
        "client": client,
        "note_id": note_id,
        "body": form.cleaned_data["body"],
        "known_version": form.cleaned_data["version"],
        "booking": form.booking,
        "actor": signed_in(request),
        "now": now,
    }


def _act(
    request: HttpRequest, client: Client, note_id: UUID, note: Note | None, form: NoteForm, act: str
) -> HttpResponse:
    kept = _kept(request, client, note_id, form, timezone.now())
    try:
        if act == "discard":
            notes.discard_draft(client=client, note_id=note_id)
            messages.success(request, "The draft is thrown away.")
            return redirect("admin:client_record", client.public_id)
        if act == "sign":
            notes.sign_note(**kept)
            messages.success(request, "Signed and locked. What there is to add goes into an amendment.")
        else:
            notes.keep_draft(**kept)
            messages.success(request, "Your draft is kept.")
    except (notes.NoteChanged, notes.AlreadySigned) as refused:
        return _beside_other(request, client, note_id, note, form, refused)
    except notes.NoteRefused as refused:
        form.add_error("body", refused.public_message)
        return note_page(request, client, note_id, note, form)
    return redirect("admin:note", client.public_id, note_id)


def _beside_other(
    request: HttpRequest,
    client: Client,
    note_id: UUID,
    note: Note | None,
    form: NoteForm,
    refused: notes.NoteChanged | notes.AlreadySigned,
) -> HttpResponse:
    """Both texts: what was typed, still in its field, and what stands. Sent again, it knows what it overwrites."""
    note = own_note(client, note_id)
    if isinstance(refused, notes.AlreadySigned):
        amendment = AmendmentForm({"reason": "", "body": form.cleaned_data["body"]})
        amendment.add_error(None, refused.public_message)
        return note_page(request, client, note_id, note, form, amendment=amendment, status=CONFLICT)
    put_in(form, "version", str(refused.kept.version))
    form.add_error("body", refused.public_message)
    return note_page(request, client, note_id, note, form, other=refused.kept.body, status=CONFLICT)


def _with_template(
    request: HttpRequest, client: Client, note_id: UUID, note: Note | None, form: NoteForm, key: str
) -> HttpResponse:
    """The page again, with the template's headings under what was typed. Nothing is kept yet."""
    template = NoteTemplate.objects.filter(pk=key).first() if key.isdecimal() and len(key) < LONGEST_NUMBER else None
    if template is None:
        raise Http404
    put_in(form, "body", with_template(form.cleaned_data["body"], template))
    return note_page(request, client, note_id, note, form)
