"""The desk's own addresses, named in the package's docstring."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from practice_admin.workspace import enquiries, views, waivers
from practice_admin.workspace.arranging import series
from practice_admin.workspace.arranging import views as arranging
from practice_admin.workspace.calendar.urls import calendar_urls
from practice_admin.workspace.hours.urls import hours_urls
from practice_admin.workspace.illness import views as illness
from practice_admin.workspace.messages.urls import messages_urls
from practice_admin.workspace.money.urls import money_urls
from practice_admin.workspace.notes.urls import notes_urls
from practice_admin.workspace.people.urls import people_urls
from practice_admin.workspace.sessions import moving
from practice_admin.workspace.sessions import views as sessions
from practice_admin.workspace.sessions.acts import ACTS
from practice_admin.workspace.troubleshooting import views as troubleshooting

Guard = Callable[[Callable[..., Any]], Callable[..., Any]]


def desk_urls(guard: Guard) -> list[URLPattern]:
    """Every address of our own, each behind `guard` (the site's `admin_view`)."""
    return [
        path("seen/", guard(views.mark_seen), name="mark_seen"),
        path("clients/record/<uuid:public_id>/", guard(views.client_record), name="client_record"),
        path("clients/record/<uuid:public_id>/share/", guard(views.share_link), name="share_link"),
        path("clients/record/<uuid:public_id>/waivers/", guard(waivers.client_waivers), name="waivers"),
        path(
            "clients/record/<uuid:public_id>/waivers/<int:waiver_id>/end/",
            guard(waivers.end_waiver),
            name="end_waiver",
        ),
        path("clients/record/<uuid:public_id>/book/", guard(arranging.choose_kind), name="book"),
        path("clients/record/<uuid:public_id>/book/<slug:slug>/", guard(arranging.book_for_client), name="book_time"),
        path("clients/record/<uuid:public_id>/book/<slug:slug>/series/", guard(series.plan_series), name="book_series"),
        path("bookings/new/", guard(arranging.choose_client), name="book_whom"),
        path("bookings/<uuid:public_id>/", guard(sessions.show_booking), name="booking"),
        path("bookings/<uuid:public_id>/move/", guard(moving.move_session), name="move_booking"),
        *(
            path(f"bookings/<uuid:public_id>/{name}/", guard(sessions.act_on_booking), {"act": name}, f"{name}_booking")
            for name in ACTS
        ),
        path("bookings/<uuid:public_id>/close/", guard(views.close_discovery), name="close_discovery"),
        path("bookings/<uuid:public_id>/dismiss/", guard(enquiries.dismiss_enquiry), name="dismiss_enquiry"),
        path("enquiries/quiet/", guard(enquiries.quiet_enquiries), name="quiet_enquiries"),
        path("enquiries/quiet/<uuid:public_id>/hear/", guard(enquiries.hear_again), name="hear_again"),
        path("away/", guard(illness.away), name="away"),
        path("why/", guard(troubleshooting.why), name="why"),
        path("effects/<int:effect_id>/retry/", guard(views.retry_effect), name="retry_effect"),
        *hours_urls(guard),
        *calendar_urls(guard),
        *people_urls(guard),
        *money_urls(guard),
        *notes_urls(guard),
        *messages_urls(guard),
    ]
