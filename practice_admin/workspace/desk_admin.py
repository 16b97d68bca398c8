"""What the desk's admin classes share."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from unfold.decorators import display

from practice_admin.workspace.templatetags.desk import when

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin
else:  # unfold ships no types; its classes take what Django's take
    from unfold.admin import ModelAdmin

M = TypeVar("M", bound=Model)


def pill(text: str, tone: str) -> str:
    """A state in a word or two, as `workspace/components/pill.html` shows it."""
    return format_html('<span class="desk-pill{}">{}</span>', f" desk-pill--{tone}" if tone else "", text)


def stamp(field: str, description: str) -> Callable[[Any, Any], str | None]:
    """A column or read-only line that says an instant as she does; a dash where there is none."""

    @display(description=description, ordering=field, empty_value="–")
    def said(_admin: Any, row: Any) -> str | None:
        moment: datetime | None = getattr(row, field)
        return when(moment) if moment else None

    column: Callable[[Any, Any], str | None] = said
    return column


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

    def title_of(self, row: M) -> str:
        """What stands over one row's form."""
        return str(row)

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: M | None = None,
    ) -> HttpResponse:
        context |= {"desk_list": self.heading, "desk_heading": self.title_of(obj) if obj else "New"}
        return super().render_change_form(request, context, add, change, form_url, obj)

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
