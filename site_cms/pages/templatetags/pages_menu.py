"""The site's main menu, as the author composed it in Wagtail."""

from dataclasses import dataclass

from django import template
from django.http import HttpRequest
from wagtail.models import Site

register = template.Library()


@dataclass(frozen=True)
class MenuEntry:
    """One entry; `is_current` for the page itself and for what lies below it."""

    title: str
    url: str
    is_current: bool


@register.simple_tag(takes_context=True)
def site_menu(context: template.Context) -> list[MenuEntry]:
    """The public pages right below the home page that are ticked "show in menus". Empty without a request."""
    request: HttpRequest | None = context.get("request")
    site = Site.find_for_request(request) if request else None
    if request is None or site is None:
        return []
    pages = site.root_page.get_children().live().in_menu()
    urls = [(page.title, page.get_url(request, current_site=site) or "/") for page in pages]
    return [MenuEntry(title, url, request.path.startswith(url)) for title, url in urls]
