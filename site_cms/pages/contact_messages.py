"""What visitors wrote from the site, under /cms/contact-messages/: the therapist reads and deletes it."""

from typing import Any

from django.utils.functional import cached_property
from wagtail.admin.panels import FieldPanel
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy

from site_cms.pages.models import ContactMessage


class ReadAndDelete(ModelPermissionPolicy):
    """For the therapist alone, whatever roles somebody bears; and nobody writes or alters a message."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return bool(action in {"view", "delete"} and user.is_active and user.is_superuser)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)


class ContactMessageViewSet(ModelViewSet):
    """A list, one message, and deleting it."""

    model = ContactMessage
    icon = "mail"
    menu_label = "Messages"
    menu_order = 250
    add_to_admin_menu = True
    inspect_view_enabled = True
    inspect_view_fields = ["name", "email", "sent_at", "text"]
    list_display = ["name", "email", "sent_at"]
    copy_view_enabled = False
    add_to_reference_index = False
    panels = [FieldPanel("name", read_only=True), FieldPanel("email", read_only=True)]

    @cached_property
    def permission_policy(self) -> ReadAndDelete:
        return ReadAndDelete(self.model)
