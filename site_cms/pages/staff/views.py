"""The editor's user screens, for staff only: to every one of them a client's account does not exist."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern
from wagtail.users.views.bulk_actions import AssignRoleBulkAction, DeleteBulkAction, SetActiveStateBulkAction
from wagtail.users.views.users import IndexView, UserViewSet

from clients.models import User
from site_cms.pages.staff.forms import HelperEditForm, HelperForm
from site_cms.pages.staff.people import site_staff

View = Callable[..., HttpResponse]


class StaffIndexView(IndexView):
    """The list, and its search."""

    def get_base_queryset(self) -> QuerySet[User]:
        return site_staff()

    def order_queryset(self, queryset: QuerySet[User]) -> QuerySet[User]:
        return queryset.order_by("email")


class StaffViewSet(UserViewSet):
    """Wagtail's own screens behind one door, which opens for the accounts of staff."""

    index_view_class = StaffIndexView
    create_template_name = "wagtailadmin/generic/form.html"
    edit_template_name = "wagtailadmin/generic/edit.html"

    def get_form_class(self, for_update: bool = False) -> type[HelperForm]:
        return HelperEditForm if for_update else HelperForm

    def get_urlpatterns(self) -> list[URLPattern]:
        patterns: list[URLPattern] = super().get_urlpatterns()
        for pattern in patterns:
            pattern.callback = of_staff_only(pattern.callback)
        return patterns


def of_staff_only(view: View) -> View:
    """404 where the account in the address is not one of staff."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = kwargs.get("pk", kwargs.get("user_id"))
        if asked is not None and not (str(asked).isdecimal() and site_staff().filter(pk=asked).exists()):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


class OfStaffOnly:
    """Acts on several accounts at once find those of staff alone."""

    @classmethod
    def get_queryset(cls, model: type[User], object_ids: list[Any]) -> list[User]:
        found = list(site_staff().filter(pk__in=[one for one in object_ids if str(one).isdecimal()]))
        if not found:
            raise Http404
        return found

    def get_all_objects_in_listing_query(self, parent_id: object) -> QuerySet[User, int]:
        return site_staff().values_list("pk", flat=True)


class AssignRole(OfStaffOnly, AssignRoleBulkAction):
    pass


class Delete(OfStaffOnly, DeleteBulkAction):
    pass


class SetActiveState(OfStaffOnly, SetActiveStateBulkAction):
    pass


BULK_ACTIONS = [AssignRole, Delete, SetActiveState]
