"""The mailbox to look at: every mail that the sandbox's Resend took, as its reader would see it."""

from csp.constants import NONE, SELF
from csp.decorators import csp
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from integrations.sandbox import mailbox, store

# A mail's own styles are inline; nothing else may load or run. The sandbox holds for a visit without the frame, too.
MAIL_POLICY = {
    "default-src": [NONE],
    "style-src": ["'unsafe-inline'"],
    "img-src": [SELF, "data:"],
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-ancestors": [SELF],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}


@never_cache
@require_safe
def box(request: HttpRequest) -> HttpResponse:
    """Every mail, newest first."""
    return render(request, "sandbox/mail_box.html", {"messages": mailbox.messages()})


@never_cache
@require_safe
def message(request: HttpRequest, mail_id: str) -> HttpResponse:
    """One mail: its text, its HTML in a frame, its attachments and headers."""
    return render(request, "sandbox/mail_message.html", {"mail": _mail(mail_id)})


@csp(MAIL_POLICY)  # type: ignore[arg-type]  # django-csp types it for views without arguments
@never_cache
@require_safe
def html_part(request: HttpRequest, mail_id: str) -> HttpResponse:
    """The HTML part by itself; its links open a new tab, because the frame that shows it may go nowhere."""
    html, base = _mail(mail_id).html, '<base target="_blank">'
    return HttpResponse(html.replace("<head>", f"<head>{base}", 1) if "<head>" in html else base + html)


@require_safe
def attachment(request: HttpRequest, mail_id: str, number: int) -> HttpResponse:
    """One attachment to download, counted from 0."""
    attachments = _mail(mail_id).attachments
    if number >= len(attachments):
        raise Http404
    found = attachments[number]
    response = HttpResponse(found.content, content_type=found.content_type)
    response["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=found.name) or "attachment"
    )
    return response


@require_POST
def empty(request: HttpRequest) -> HttpResponse:
    """Throw every mail away."""
    mailbox.empty()
    return HttpResponseRedirect(reverse("sandbox:mail:box"))


@never_cache
@require_safe
def messages_json(request: HttpRequest) -> HttpResponse:
    """For tests and scripts: the mails to `?to=` (or all), newest first, as a JSON list."""
    found = mailbox.messages(to=request.GET.get("to", ""))
    return JsonResponse([_described(mail) for mail in found], safe=False)


def _described(mail: mailbox.Mail) -> store.Document:
    return {
        "id": mail.id,
        "url": reverse("sandbox:mail:message", args=[mail.id]),
        "arrived_at": mail.arrived_at.isoformat(),
        "from": mail.sender,
        "to": mail.to,
        "subject": mail.subject,
        "text": mail.text,
        "html": mail.html,
        "headers": mail.headers,
        "attachments": [
            {
                "name": each.name,
                "content_type": each.content_type,
                "url": reverse("sandbox:mail:attachment", args=[mail.id, number]),
            }
            for number, each in enumerate(mail.attachments)
        ],
    }


def _mail(mail_id: str) -> mailbox.Mail:
    found = mailbox.message(mail_id)
    if found is None:
        raise Http404
    return found
