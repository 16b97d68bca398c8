"""`/search/`: articles and episodes, with every word that is said in them (PostgreSQL's full-text search)."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from wagtail.models import Page

from clients.domain.rate_limits import Limit, seconds_to_wait
from clients.domain.visitor_address import visitor_address
from site_cms.pages.models import EpisodePage, public_articles, public_episodes

LONGEST = 100  # characters
ON_ONE_PAGE = 10
BY_ADDRESS = Limit("site search", hits=60, seconds=60)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What was written or said about the words in `q`, best first; 429 when asked too often."""
    words = " ".join(request.GET.get("q", "").replace("\x00", " ").split())[:LONGEST]
    if words:
        who = visitor_address(request.META, settings.TRUSTED_PROXIES)
        if wait := seconds_to_wait(BY_ADDRESS, who=who, now=timezone.now()):
            context = {"back_url": request.get_full_path(), "wait_text": "in a minute"}
            response = render(request, "public/too_many.html", context, status=429)
            response.headers["Retry-After"] = str(wait)
            return response
    paginator = Paginator(found_for(words) if words else [], ON_ONE_PAGE)
    shown = {"words": words, "found": paginator.get_page(request.GET.get("page", "1"))}
    return render(request, "pages/search.html", shown)


def found_for(words: str) -> list[Page]:
    """Public articles and episodes in which all of these words stand, best first, as what they are."""
    # The index knows the fields of the page alone, so whether a recording can be heard is asked for beforehand.
    audible = EpisodePage.objects.filter(id__in=list(public_episodes().values_list("pk", flat=True)))
    found = [
        (result, result.rank)
        for pages in (public_articles(), audible)
        for result in pages.search(words, operator="and", order_by_relevance=True).annotate_score("rank")
    ]
    return [page for page, _ in sorted(found, key=lambda pair: -(pair[1] or 0))]
