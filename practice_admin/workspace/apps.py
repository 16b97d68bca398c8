from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class WorkspaceConfig(AppConfig):
    name = "practice_admin.workspace"
    label = "workspace"
    verbose_name = "Workspace"


class DeskConfig(admin_apps.AdminConfig):
    """Stands in INSTALLED_APPS for django.contrib.admin, so that `admin.site` is the desk."""

    default = False  # of this module's two, "practice_admin.workspace" means the one above
    default_site = "practice_admin.workspace.site.Desk"
