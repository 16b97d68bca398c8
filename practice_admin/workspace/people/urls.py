"""The addresses of these pages, named in the package's docstring."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from practice_admin.workspace.people import adding, closing, contacts, details, follow_ups, stages


def people_urls(guard: Callable[[Callable[..., Any]], Callable[..., Any]]) -> list[URLPattern]:
    """Every address, each behind `guard`."""
    client = "clients/<uuid:public_id>"
    follow_up = f"{client}/follow-ups/<uuid:follow_up_id>"
    return [
        path("clients/add/", guard(adding.add_client), name="add_client"),
        path(f"{client}/details/", guard(details.client_details), name="client_details"),
        path(f"{client}/stage/", guard(stages.client_stage), name="client_stage"),
        path(f"{client}/stage/discovery/", guard(stages.discovery_elsewhere), name="discovery_elsewhere"),
        path(f"{client}/stage/close/", guard(closing.close_client), name="close_client"),
        path(f"{client}/follow-ups/", guard(follow_ups.follow_ups), name="follow_ups"),
        path(f"{follow_up}/done/", guard(follow_ups.finish_follow_up), name="finish_follow_up"),
        path(f"{follow_up}/put-off/", guard(follow_ups.put_off_follow_up), name="put_off_follow_up"),
        path(f"{client}/contacts/", guard(contacts.contacts), name="contacts"),
    ]
