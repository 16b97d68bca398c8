"""Users, clients and their stage, sign-in, rate counts; and the encrypted field that every clinical text uses."""

from clients.models.client import Client, Stage
from clients.models.details import ClientDetails
from clients.models.encrypted import EncryptedTextField
from clients.models.follow_up import ContactEntry, FollowUp
from clients.models.rate_limit import RateCount
from clients.models.sign_in import SignInRequest, SignInToken
from clients.models.stage_change import StageChange
from clients.models.tag import Tag
from clients.models.user import NO_MAILBOX, User, no_mailbox, normal_email

__all__ = [
    "NO_MAILBOX",
    "Client",
    "ClientDetails",
    "ContactEntry",
    "EncryptedTextField",
    "FollowUp",
    "RateCount",
    "SignInRequest",
    "SignInToken",
    "Stage",
    "StageChange",
    "Tag",
    "User",
    "no_mailbox",
    "normal_email",
]
