"""Where somebody goes after signing in: where they were going, if that is a page of ours."""

from posixpath import normpath
from urllib.parse import unquote, urlsplit

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from clients.models import Client, User

LONGEST = 500  # characters, as the database keeps it
# Signing in must not lead to signing in, nor out again.
SIGN_IN_PAGES = ("/sign-in", "/sign-out", "/admin/login", "/admin/logout", "/cms/login", "/cms/logout")
STAFF_AREAS = ("/admin", "/cms")
# A helping editor writes for the site and sees nothing of the practice.
EDITOR, MAY_EDIT = "/cms/", "wagtailadmin.access_admin"


def safe_path(request: HttpRequest, asked: str) -> str:
    """`asked` where it is a path on this site that may be gone to after signing in; "" for anything else."""
    is_plain = asked.startswith("/") and asked.isprintable() and len(asked) <= LONGEST
    own_host = {request.get_host()}
    if not is_plain or not url_has_allowed_host_and_scheme(asked, own_host, require_https=request.is_secure()):
        return ""
    return "" if _lies_in(asked, SIGN_IN_PAGES) else asked


def home_of(user: User) -> str:
    """Where somebody belongs who was going nowhere in particular."""
    if user.is_staff:
        return reverse("admin:index")
    return EDITOR if user.has_perm(MAY_EDIT) else reverse("portal:home")


def is_open_to(user: User, path: str) -> bool:
    """Whether this person has any business in the area of the site in which the path lies."""
    if _lies_in(path, STAFF_AREAS):
        return user.is_staff or (_lies_in(path, (EDITOR.rstrip("/"),)) and user.has_perm(MAY_EDIT))
    return not _lies_in(path, ("/portal",)) or Client.objects.filter(user=user).exists()


def _lies_in(path: str, areas: tuple[str, ...]) -> bool:
    # As the server will read it: without the query, percent signs and dots undone.
    plain = normpath(unquote(urlsplit(path).path)) + "/"
    return plain.startswith(tuple(f"{area}/" for area in areas))
