"""The admin site made into one person's desk: Today in place of an app index, magic link in place of a login form."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import urljoin, urlsplit

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from practice_admin.workspace.desk import zone_of
from practice_admin.workspace.desk_admin import DeskAdmin
from practice_admin.workspace.today import today_context
from practice_admin.workspace.urls import desk_urls

if TYPE_CHECKING:
    from django.contrib.admin import AdminSite
    from django.template.response import TemplateResponse
else:  # unfold ships no types; its site and classes take what Django's take
    from unfold.sites import UnfoldAdminSite as AdminSite

V = TypeVar("V", bound=Callable[..., Any])


class Desk(AdminSite):
    """Open to active staff alone. Every page reads its times in the practice's zone."""

    index_template = "workspace/today.html"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take in what was made for the desk; what libraries register of themselves is left out."""
        if admin_class is not None and issubclass(admin_class, DeskAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def admin_view(self, view: V, cacheable: bool = False) -> V:
        """As Django's, and rendered here, while the practice's zone is in force.

        Visitors are sent straight to the one sign-in page; people who are signed in and may not enter are told so.
        """

        def in_her_zone(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            with timezone.override(zone_of(request)):
                response = view(request, *args, **kwargs)
                return response.render() if hasattr(response, "render") else response

        guarded = super().admin_view(cast("V", in_her_zone), cacheable)

        @wraps(guarded)
        def at_the_door(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not self.has_permission(request):
                raise PermissionDenied
            return guarded(request, *args, **kwargs)

        return cast("V", at_the_door)

    def extra_urls(self) -> list[URLPattern]:
        """The desk's own addresses; unfold puts them before those of the admin classes."""
        return desk_urls(self.admin_view)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> "TemplateResponse":
        """Today."""
        context = {"title": "Today", **today_context(request, now=timezone.now()), **(extra_context or {})}
        return super().index(request, context)

    def app_index(self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None) -> Any:
        """There is no index of apps: the way back leads to Today."""
        return redirect("admin:index")

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """One way in for everybody, the magic link (R7). Whoever is signed in and may not enter is told so, once."""
        wanted = request.GET.get("next", "")
        is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
        if not is_ours or urlsplit(urljoin(request.path, wanted)).path == request.path:
            wanted = reverse("admin:index")
        if self.has_permission(request):
            return HttpResponseRedirect(wanted)
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(wanted)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Nobody has a password here (R7)."""
        raise Http404
