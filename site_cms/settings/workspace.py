"""The look of the therapist's desk and what stands in its sidebar (django-unfold)."""

from collections.abc import Callable

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy


def _static(path: str) -> Callable[[HttpRequest], str]:
    """The address of a static file, asked for when a page is made: settings are read before it can be known."""
    return lambda _request: static(path)


def _item(title: str, icon: str, link: object, *prefixes: str) -> dict[str, object]:
    """A line of the sidebar, marked as the current one on every address that begins with one of `prefixes`."""
    return {
        "title": title,
        "icon": icon,
        "link": link,
        "active": lambda request: request.path.startswith(prefixes) if prefixes else request.path == link,
    }


UNFOLD: dict[str, object] = {
    "SITE_TITLE": "practice_admin.workspace.desk.practice_name",
    "SITE_HEADER": "practice_admin.workspace.desk.practice_name",
    "SITE_SYMBOL": "door_open",
    "SITE_URL": "/",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": _static("site/favicon.svg")}],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "STYLES": [
        _static(f"workspace/{name}.css") for name in ("workspace", "scheduling", "sessions", "money", "colours")
    ],
    "BORDER_RADIUS": "8px",
    "COLORS": {  # the site's paper, ink and deep green (static/site/tokens.css), as unfold's scales
        "base": {
            "50": "#faf7f0",
            "100": "#f3ede1",
            "200": "#e4dccb",
            "300": "#cfc5b2",
            "400": "#a59a89",
            "500": "#716659",
            "600": "#5c5349",
            "700": "#453e36",
            "800": "#332d27",
            "900": "#1f1b18",
            "950": "#14110f",
        },
        "primary": {
            "50": "#eef5f3",
            "100": "#dfe8e1",
            "200": "#b5ddd4",
            "300": "#93cbbf",
            "400": "#6db3a6",
            "500": "#56a092",
            "600": "#1b5d58",
            "700": "#1b4d4a",
            "800": "#123937",
            "900": "#0e2c2b",
            "950": "#081c1b",
        },
    },
    "SIDEBAR": {
        "show_search": False,
        "command_search": False,
        "show_all_applications": False,
        "navigation": [
            {
                "items": [
                    _item("Today", "wb_sunny", reverse_lazy("admin:index")),
                    _item("Clients", "group", reverse_lazy("admin:clients_client_changelist"), "/admin/clients/"),
                    _item(
                        "Bookings",
                        "event",
                        reverse_lazy("admin:practice_admin_booking_changelist"),
                        "/admin/practice_admin/booking/",
                        "/admin/bookings/",
                        "/admin/enquiries/",
                    ),
                    _item("Messages", "chat_bubble", reverse_lazy("admin:inbox"), "/admin/messages/"),
                    _item("Notes", "edit_note", reverse_lazy("admin:search_notes"), "/admin/notes/"),
                    _item("Money", "payments", reverse_lazy("admin:money"), "/admin/money/"),
                    _item(
                        "Side effects",
                        "outbox",
                        reverse_lazy("admin:outbox_effect_changelist"),
                        "/admin/outbox/effect/",
                    ),
                ],
            },
            {
                "title": "Practice",
                "separator": True,
                "items": [
                    _item("Hours", "schedule", reverse_lazy("admin:hours"), "/admin/hours/"),
                    _item("Why not offered?", "quiz", reverse_lazy("admin:why")),
                    _item(
                        "Session types",
                        "category",
                        reverse_lazy("admin:practice_admin_sessiontype_changelist"),
                        "/admin/practice_admin/sessiontype/",
                    ),
                    _item(
                        "Note templates",
                        "list_alt",
                        reverse_lazy("admin:care_notetemplate_changelist"),
                        "/admin/care/notetemplate/",
                    ),
                    _item(
                        "Saved replies",
                        "quickreply",
                        reverse_lazy("admin:care_savedreply_changelist"),
                        "/admin/care/savedreply/",
                    ),
                    _item(
                        "Settings",
                        "tune",
                        reverse_lazy("admin:practice_admin_practice_changelist"),
                        "/admin/practice_admin/practice/",
                    ),
                ],
            },
            {
                "title": "Elsewhere",
                "separator": True,
                "items": [
                    _item("The site", "home", "/"),
                    _item("Write and publish", "edit_square", reverse_lazy("wagtailadmin_home"), "/cms/"),
                ],
            },
        ],
    },
}
