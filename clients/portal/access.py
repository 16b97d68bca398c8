"""Who may see the portal: a client who is signed in, and nobody else (R16)."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache

from clients.domain.queries.people import client_of
from clients.models import Client
from clients.portal.next_path import EDITOR, MAY_EDIT

P = ParamSpec("P")


def client_required(
    view: Callable[Concatenate[HttpRequest, Client, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Hand the view the signed-in client, with their user. A visitor is sent to sign in; for others it is not there.

    What it answers is kept by no cache.
    """

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            query = urlencode({"next": request.get_full_path()})
            return HttpResponseRedirect(f"{reverse('sign_in')}?{query}", status=303)
        client = client_of(request.user.pk)
        if client is None:
            if request.user.has_perm(MAY_EDIT) and not request.user.is_staff:  # their own space is the editor
                return HttpResponseRedirect(EDITOR, status=303)
            raise Http404
        return view(request, client, *args, **kwargs)

    return guarded
