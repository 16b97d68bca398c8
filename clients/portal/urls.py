"""The client's own pages, under /portal/."""

from django.urls import path

from clients.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("appointments/", views.appointments, name="appointments"),
    path("feed/", views.feed, name="feed"),
    path("feed/<uuid:public_id>/", views.feed_item, name="feed_item"),
    path("messages/", views.messages, name="messages"),
    path("payments/", views.payments, name="payments"),
    path("notifications/", views.notifications, name="notifications"),
]
