"""The site's main menu, as the author composed it in Wagtail."""

from dataclasses import dataclass

from django import template
from django.http import HttpRequest
from wagtail.models import Site

register = template.Library()

FOOT = {"contact", "privacy", "terms"}  # the last part of their addresses


@dataclass(frozen=True)
class MenuEntry:
    """One entry; `is_current` for the page itself and for what lies below it."""

    title: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class SiteMenus:
    """What stands at the head of every page, and at its foot."""

    head: list[MenuEntry]
    foot: list[MenuEntry]


@register.simple_tag(takes_context=True)
def site_menu(context: template.Context) -> list[MenuEntry]:
    """The public pages right below the home page that are ticked "show in the menu". Empty without a request."""
    return _menus(context).head


@register.simple_tag(takes_context=True)
def foot_menu(context: template.Context) -> list[MenuEntry]:
    """The pages that the law or good manners want on every page, where the author wrote them; by their addresses."""
    return _menus(context).foot


def _menus(context: template.Context) -> SiteMenus:
    """Both menus; asked for once a request."""
    request: HttpRequest | None = context.get("request")
    if request is None:
        return SiteMenus([], [])
    found: SiteMenus | None = getattr(request, "_site_menus", None)
    if found is None:
        found = _read(request)
        request._site_menus = found  # type: ignore[attr-defined]
    return found


def _read(request: HttpRequest) -> SiteMenus:
    site = Site.find_for_request(request)
    if site is None:
        return SiteMenus([], [])
    pages = list(site.root_page.get_children().live())
    entries = [(page, page.get_url(request, current_site=site) or "/") for page in pages]
    said = [(page, MenuEntry(page.title, url, request.path.startswith(url))) for page, url in entries]
    head = [entry for page, entry in said if page.show_in_menus]
    return SiteMenus(head, [entry for page, entry in said if page.slug in FOOT and not page.show_in_menus])
