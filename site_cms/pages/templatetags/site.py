"""What the templates of the site need beside Wagtail's own tags."""

import json
from typing import Any

from django import template
from django.conf import settings
from django.utils.html import _json_script_escapes  # type: ignore[attr-defined]  # the table behind json_script
from django.utils.safestring import SafeString, mark_safe

from site_cms.pages import structured_data
from site_cms.pages.blocks import questions_in
from site_cms.pages.invitation import Invitation, invitation_for
from site_cms.pages.models.written import WrittenPage

register = template.Library()


@register.simple_tag(takes_context=True)
def invitation(context: template.Context) -> Invitation:
    """The way to a call, in words for whoever reads."""
    return invitation_for(context.get("request"))


@register.simple_tag
def machine_words(page: WrittenPage) -> SafeString:
    """What the page says to machines, as JSON-LD: data, not a script; nothing in it can end its element."""
    graph: list[dict[str, Any]] = page.structured_data()
    if items := questions_in(page.body):
        graph.append(structured_data.questions(items))
    if not graph:
        return SafeString("")
    text = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False)
    escaped = text.translate(_json_script_escapes)
    return mark_safe(f'<script type="application/ld+json">{escaped}</script>')  # noqa: S308  (escaped above)


@register.filter
def absolute(path: str) -> str:
    """The whole address of a path on this site."""
    return path if "://" in path else f"{settings.SITE_URL}{path}"


@register.filter
def length(seconds: float) -> str:
    """How long something plays, such as 12:05 or 1:02:09."""
    whole = round(seconds)
    minutes = f"{whole // 60 % 60}:{whole % 60:02d}"
    return minutes if whole < 3600 else f"{whole // 3600}:{minutes:0>5}"
