"""What the desk's admin classes share."""

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.db.models import Model
from django.http import HttpRequest, HttpResponse

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin
else:  # unfold ships no types; its classes take what Django's take
    from unfold.admin import ModelAdmin

M = TypeVar("M", bound=Model)


class DeskAdmin(ModelAdmin[M]):
    """A list and its forms, under a heading in the therapist's words. Whoever may enter the desk may use it."""

    heading: ClassVar[str]
    empty_title: ClassVar[str] = "Nothing here yet"
    empty_text: ClassVar[str] = ""

    change_list_template = "workspace/admin/list.html"
    change_form_template = "workspace/admin/form.html"
    delete_confirmation_template = "workspace/admin/delete.html"
    actions = None
    list_per_page = 50
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return self.admin_site.has_permission(request)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": self.heading, **(extra_context or {})})


class ReadOnlyAdmin(DeskAdmin[M]):
    """For records whose state only operations change."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False
