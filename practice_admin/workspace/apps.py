from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    name = "practice_admin.workspace"
    label = "workspace"
    verbose_name = "Workspace"
