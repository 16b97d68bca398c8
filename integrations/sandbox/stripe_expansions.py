"""What an answer shows whole where it would only name it: https://docs.stripe.com/api/expanding_objects."""

from integrations.sandbox import stripe_intents
from integrations.sandbox.store import Document
from integrations.sandbox.stripe_forms import Refused

OF_SESSIONS = frozenset({"payment_intent", "payment_intent.latest_charge"})


def expanded(kept: Document, paths: list[str]) -> Document:
    """A session with what `expand` asks for; nothing where there is nothing yet. Raises Refused for another path."""
    if unknown := sorted(set(paths) - OF_SESSIONS):
        raise Refused(f"This property cannot be expanded ({unknown[0]}).", param="expand")
    session: Document = kept["session"]
    if not paths or not session["payment_intent"]:
        return session
    intent = stripe_intents.intent(kept)
    if "payment_intent.latest_charge" in paths and intent["latest_charge"]:
        intent |= {"latest_charge": stripe_intents.charge(kept)}
    return session | {"payment_intent": intent}
