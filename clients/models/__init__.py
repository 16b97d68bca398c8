"""Users, clients and their stage, sign-in, rate counts; and the encrypted field that every clinical text uses."""

from clients.models.client import Client, Stage
from clients.models.encrypted import EncryptedTextField
from clients.models.rate_limit import RateCount
from clients.models.sign_in import SignInRequest, SignInToken
from clients.models.user import User, normal_email

__all__ = [
    "Client",
    "EncryptedTextField",
    "RateCount",
    "SignInRequest",
    "SignInToken",
    "Stage",
    "User",
    "normal_email",
]
