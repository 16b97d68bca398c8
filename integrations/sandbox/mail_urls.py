"""The mailbox, under /sandbox/mail/."""

from django.urls import path

from integrations.sandbox import mail_pages

app_name = "mail"
urlpatterns = [
    path("", mail_pages.box, name="box"),
    path("messages.json", mail_pages.messages_json, name="json"),
    path("empty/", mail_pages.empty, name="empty"),
    path("<str:mail_id>/", mail_pages.message, name="message"),
    path("<str:mail_id>/html/", mail_pages.html_part, name="html"),
    path("<str:mail_id>/attachments/<int:number>/", mail_pages.attachment, name="attachment"),
]
