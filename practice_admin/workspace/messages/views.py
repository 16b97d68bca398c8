"""The inbox, and one thread to read and to answer in."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import admin
from django.contrib import messages as flash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from clients.care.domain.messages import MessageRefused, WritingClosed, mark_read, send_message, standing
from clients.care.domain.queries.threads import inbox, thread_messages, unread_by_her
from clients.care.models import Message, SavedReply
from clients.models import Client
from practice_admin.workspace.notes.forms import WordsField, put_in
from practice_admin.workspace.people.pages import CONFLICT, UNPROCESSABLE, client_or_404

LONGEST_NUMBER = 10  # digits of a saved reply's id


class AnswerForm(forms.Form):
    """An answer; `key` names the form, so that it is sent once."""

    text = WordsField("Your answer", rows=5)
    key = forms.UUIDField(widget=forms.HiddenInput)


@require_safe
def show_inbox(request: HttpRequest) -> HttpResponse:
    """Every thread, those with something unread first. What they say is read in the thread."""
    context = {**admin.site.each_context(request), "title": "Messages", "threads": inbox(), "unread": unread_by_her()}
    return TemplateResponse(request, "workspace/messages/inbox.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def thread(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One thread. Showing it marks it as read; a HEAD shows nothing. Refused: with what was typed, and why."""
    client, now = client_or_404(public_id), timezone.now()
    if request.method != "POST":
        response = _page(request, client, AnswerForm(initial={"key": uuid4()}))
        if request.method == "GET":
            mark_read(client=client, now=now, reader=Message.Sender.THERAPIST)
        return response
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, client, form, status=UNPROCESSABLE)
    if insert := request.POST.get("insert", ""):
        return _with_reply(request, client, form, insert)
    text, key = form.cleaned_data["text"], form.cleaned_data["key"]
    try:
        send_message(client=client, sender=Message.Sender.THERAPIST, text=text, form_key=key, now=now)
    except MessageRefused as refused:
        form.add_error("text", refused.public_message)
        is_late = isinstance(refused, WritingClosed)
        return _page(request, client, form, status=CONFLICT if is_late else UNPROCESSABLE)
    flash.success(request, "Sent. They are told that something waits, never what.")
    return redirect("admin:thread", public_id)


def _with_reply(request: HttpRequest, client: Client, form: AnswerForm, key: str) -> HttpResponse:
    """The page again, with the saved reply under what was typed. Nothing is sent yet."""
    is_number = key.isdecimal() and len(key) < LONGEST_NUMBER
    reply = SavedReply.objects.filter(pk=key).first() if is_number else None
    if reply is None:
        raise Http404
    typed = form.cleaned_data["text"].rstrip()
    put_in(form, "text", f"{typed}\n\n{reply.body}" if typed else reply.body)
    return _page(request, client, form)


def _page(request: HttpRequest, client: Client, form: AnswerForm, *, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": "Messages",
        "client": client,
        "form": form,
        "said": list(thread_messages(client)),
        "replies": list(SavedReply.objects.all()),
        "why_not": standing(client).therapist_may_not,
    }
    return TemplateResponse(request, "workspace/messages/thread.html", context, status=status)
