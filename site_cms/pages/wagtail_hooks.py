"""What the site adds to Wagtail's editor."""

from wagtail import hooks
from wagtail.admin.menu import MenuItem


@hooks.register("register_admin_menu_item")
def workspace_menu_item() -> MenuItem:
    """The way back from the editor to the therapist's day."""
    return MenuItem("Workspace", "/admin/", name="workspace", icon_name="calendar-alt", order=1)
