from django.apps import AppConfig
from wagtail.users.apps import WagtailUsersAppConfig


class PagesConfig(AppConfig):
    name = "site_cms.pages"
    label = "pages"
    verbose_name = "Pages"
    default = True  # of this module's two, "site_cms.pages" means this one

    def ready(self) -> None:
        # Registers what the worker does for the site, and who may read what visitors wrote.
        from wagtail.permissions import register_permission_policy

        from site_cms.pages import handlers  # noqa: F401
        from site_cms.pages.contact_messages import ReadAndDelete
        from site_cms.pages.models import ContactMessage

        register_permission_policy(ContactMessage, ReadAndDelete(ContactMessage))


class StaffUsersConfig(WagtailUsersAppConfig):
    """Stands in INSTALLED_APPS for wagtail.users, so that the editor's user screens know staff only."""

    default = False
    user_viewset = "site_cms.pages.staff.views.StaffViewSet"
