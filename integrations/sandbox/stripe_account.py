"""The account that the stand-in's key belongs to: https://docs.stripe.com/api/accounts/object."""

from integrations.sandbox.store import Document

ACCOUNT: Document = {
    "id": "acct_sandbox",
    "object": "account",
    "business_profile": {"name": "The sample practice", "url": None},
    "business_type": "individual",
    "capabilities": {"card_payments": "active", "transfers": "active"},
    "charges_enabled": True,
    "country": "PT",
    "default_currency": "eur",
    "details_submitted": True,
    "email": None,
    "metadata": {},
    "payouts_enabled": True,
    "settings": {
        "branding": {"icon": None, "logo": None, "primary_color": None, "secondary_color": None},
        "card_payments": {"statement_descriptor_prefix": None},
        "dashboard": {"display_name": "Sandbox: no money moves", "timezone": "Etc/UTC"},
        "payments": {"statement_descriptor": None},
    },
    "type": "standard",
}
