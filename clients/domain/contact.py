"""How a client may safely be contacted (R22): every mail to a client asks here first."""

from clients.models import Client

NO_MAILBOX_KNOWN = "no mail: they have no mailbox"
NO_MAIL_WANTED = "no mail: it is not safe for them"


def why_no_mail(client: Client) -> str:
    """Why no mail may go to this client, in a line for the therapist; "" where it may. Reads the client's user."""
    if not client.user.has_mailbox:
        return NO_MAILBOX_KNOWN
    return "" if client.may_mail else NO_MAIL_WANTED


def contact_rule(client: Client) -> str:
    """The rule in a line: "By mail and telephone, no voicemail"."""
    by_mail, by_telephone = not why_no_mail(client), client.may_call and bool(client.user.phone)
    ways = [word for word, is_open in (("mail", by_mail), ("telephone", by_telephone)) if is_open]
    if not ways:
        return "Neither by mail nor by telephone: tell them when you meet"
    told = f"By {' and '.join(ways)}"
    if by_telephone:
        told += ", voicemail too" if client.may_voicemail else ", no voicemail"
    return told if by_mail else f"{told}; no mail"
