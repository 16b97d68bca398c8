"""What the site adds to Wagtail's editor."""

from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from site_cms.pages.contact_messages import ContactMessageViewSet
from site_cms.pages.staff.views import BULK_ACTIONS

for action in BULK_ACTIONS:  # after Wagtail's own, whose places they take
    hooks.register("register_bulk_action", action, order=1)


class TherapistOnlyItem(MenuItem):
    """Shown to the therapist; a helping editor could not open it."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.is_staff)


@hooks.register("register_admin_menu_item")
def workspace_menu_item() -> MenuItem:
    """The way back from the editor to the therapist's day."""
    return TherapistOnlyItem("Workspace", "/admin/", name="workspace", icon_name="calendar-alt", order=1)


@hooks.register("register_admin_viewset")
def contact_messages() -> ContactMessageViewSet:
    """What visitors wrote, under /cms/contact-messages/."""
    return ContactMessageViewSet("contact_messages", url_prefix="contact-messages")
