"""The sign-in link: minted here, as it is sent, so that no row, task or log ever holds it (R7)."""

from django.urls import reverse

from clients.domain.contact import why_no_mail
from clients.domain.sign_in import SIGN_IN_EMAIL, mint_token
from clients.models import Client, SignInRequest, User
from integrations.outbox.registry import Turn, handles
from practice_admin.handlers.letters import send, site_url


@handles(SIGN_IN_EMAIL)
def send_link(turn: Turn) -> str:
    """Mail a fresh link to whoever asked, if the address is somebody's; otherwise there is nothing to do.

    A mailbox to which mail is not safe gets none (R22): whoever else reads it would be in the portal with it. Each
    attempt mints its own token and is a mail of its own: should two arrive, both work until they expire.
    """
    asked = SignInRequest.objects.get(public_id=turn.subject_id)
    user = User.objects.filter(email=asked.email, is_active=True).first()
    if user is None:
        return "nobody's address"
    client = Client.objects.select_related("user").filter(user=user, user__is_staff=False).first()
    if client and (why_not := why_no_mail(client)):
        return why_not
    token = mint_token(user=user, next_path=asked.next_path, now=turn.now)
    context = {"link": site_url(reverse("sign_in_link", args=[token])), "name": user.get_short_name()}
    send("sign_in", to=user.email, key=f"{turn.key}/{turn.now:%H%M%S%f}", context=context)
    return ""
