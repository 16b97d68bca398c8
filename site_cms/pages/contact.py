"""The contact form: kept, told to her, and of no use to machines."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from clients.domain.rate_limits import seconds_to_wait
from integrations.outbox.operations import owe
from site_cms.pages.models.contact import BY_ADDRESS, CONTACT_EMAIL, CONTACT_NOTICE, ContactMessage, ContactPage

SENT = "sent"


class ContactForm(forms.Form):
    """What a visitor types. `website` is for machines alone: no person sees it."""

    name = forms.CharField(
        max_length=100,
        error_messages={"required": "Tell me your name, or what I may call you."},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label="Email",
        max_length=254,
        error_messages={
            "required": "Leave an email address, so that I can answer.",
            "invalid": "This email address is not complete. It looks like name@example.com.",
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )
    text = forms.CharField(
        label="Your words",
        max_length=4000,
        help_text="Please leave out what you would only say in a session. Nobody but me reads this.",
        error_messages={"required": "Write a line or two."},
        widget=forms.Textarea(attrs={"rows": 6}),
        validators=[ProhibitNullCharactersValidator()],
    )
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))

    @property
    def is_from_a_machine(self) -> bool:
        """Whether the field that no person sees was filled in."""
        return bool(self.cleaned_data.get("website"))


def contact(request: HttpRequest, page: ContactPage, *, who: str, now: datetime) -> HttpResponse:
    """The page with its form: 303 back to itself with thanks once sent, 422 with the errors, 429 when it is too often.

    A machine that fills in everything gets the same thanks, and nothing is kept.
    """
    form = ContactForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        if not form.is_valid():
            status = 422
        elif wait := seconds_to_wait(BY_ADDRESS, who=who, now=now):
            return _too_many(request, page, wait)
        else:
            if not form.is_from_a_machine:
                write_to_her(**{name: form.cleaned_data[name] for name in ("name", "email", "text")}, now=now)
            return HttpResponseRedirect(f"{page.get_url(request)}?{SENT}=1", status=303)
    context: dict[str, Any] = page.get_context(request)
    context |= {"form": form, "is_sent": SENT in request.GET and request.method != "POST"}
    response = render(request, page.template, context, status=status)
    add_never_cache_headers(response)
    return response


def write_to_her(*, name: str, email: str, text: str, now: datetime) -> ContactMessage:
    """Keep a message and owe her the news of it, by mail and in the house. `now` is aware."""
    with transaction.atomic(durable=True):
        message = ContactMessage.objects.create(name=name, email=email, text=text, sent_at=now)
        owe([CONTACT_EMAIL, CONTACT_NOTICE], subject=message.subject, version=1, now=now)
    return message


def _too_many(request: HttpRequest, page: ContactPage, wait: int) -> HttpResponse:
    minutes = -(-wait // 60)
    wait_text = "in a minute" if minutes == 1 else f"in {minutes} minutes"
    response = render(
        request, "public/too_many.html", {"wait_text": wait_text, "back_url": page.get_url(request)}, status=429
    )
    response.headers["Retry-After"] = str(wait)
    return response
