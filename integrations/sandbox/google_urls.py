"""The Google stand-in, under /sandbox/google/."""

from django.urls import path

from integrations.sandbox import google_api, google_oauth, google_pages

app_name = "google"
urlpatterns = [
    path("calendar/v3/users/me/calendarList", google_api.calendars),
    path("calendar/v3/calendars/<str:calendar_id>/events", google_api.events),
    path("calendar/v3/calendars/<str:calendar_id>/events/<str:event_id>", google_api.event),
    path("oauth/auth", google_oauth.auth, name="consent"),
    path("oauth/token", google_oauth.token),
    path("oauth/revoke", google_oauth.revoke),
    path("calendar/", google_pages.calendar, name="calendar"),
    path("calendar/change/", google_pages.change_calendar, name="change"),
    path("calendar/<str:event_id>/delete/", google_pages.delete_event, name="delete"),
    path("calendar/<str:event_id>/move/", google_pages.move_event, name="move"),
    path("permissions/", google_pages.permissions, name="permissions"),
]
