"""Transcripts, the sitemap and robots.txt."""

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import conditional_page, require_safe
from wagtail.models import Page, Site

from site_cms.pages.feeds.podcast import transcripts_of
from site_cms.pages.models import public_episodes
from site_cms.pages.transcripts import paragraphs_of, web_vtt

CLOSED_TO_ROBOTS = ["/admin/", "/booking/", "/cms/", "/portal/", "/sandbox/", "/sign-in/", "/search/"]


@conditional_page
@require_safe
def transcript(_request: HttpRequest, guid: UUID, ending: str) -> HttpResponse:
    """An episode's transcript: as it was typed, or (`vtt`) in step with the sound. 404 for a form it does not have."""
    page = get_object_or_404(public_episodes(), guid=guid)
    kind = dict(transcripts_of(page)).get(ending)
    if kind is None:
        raise Http404
    duration = page.audio.duration if page.audio else 0
    timed = web_vtt(page.transcript, duration) if ending == "vtt" else None
    text = timed or "\n\n".join(paragraph.text for paragraph in paragraphs_of(page.transcript)) + "\n"
    return HttpResponse(text, content_type=f"{kind}; charset=utf-8")


@conditional_page
@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every public page with the day of its last change and its picture (sitemaps.org, Google's image extension)."""
    site = Site.find_for_request(request)
    pages = Page.objects.live().public().descendant_of(site.root_page, inclusive=True) if site else Page.objects.none()
    entries = [
        {
            "address": f"{settings.SITE_URL}{page.get_url(request) or '/'}",
            "changed_at": page.last_published_at or page.first_published_at,
            "pictures": pictures_of(page),
        }
        for page in pages.order_by("path").specific()
    ]
    entries.append({"address": f"{settings.SITE_URL}{reverse('booking_public:types')}", "changed_at": None})
    return render(request, "pages/sitemap.xml", {"entries": entries}, content_type="application/xml")


def pictures_of(page: Page) -> list[str]:
    """The addresses of the pictures in a page's text, as large as the page shows them."""
    body = getattr(page, "body", None) or []
    images = [block.value["image"] for block in body if block.block_type == "image" and block.value["image"]]
    return [f"{settings.SITE_URL}{image.get_rendition('width-1280|format-jpeg').url}" for image in images]


@conditional_page
@require_safe
def robots(_request: HttpRequest) -> HttpResponse:
    """Where search engines have no business, and where the sitemap is."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED_TO_ROBOTS), ""]
    lines.append(f"Sitemap: {settings.SITE_URL}{reverse('pages:sitemap')}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
