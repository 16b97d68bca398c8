"""The languages that Stripe's hosted page speaks."""

# stripe-python 16.1.0, SessionCreateParams.locale
# fmt: off
LOCALES = (
    "bg", "cs", "da", "de", "el", "en", "en-GB", "es", "es-419", "et", "fi", "fil", "fr", "fr-CA", "hi-IN", "hr", "hu",
    "id", "it", "ja", "ko", "lt", "lv", "ms", "mt", "nb", "nl", "pl", "pt", "pt-BR", "ro", "ru", "sk", "sl", "sv", "th",
    "tr", "vi", "zh", "zh-HK", "zh-TW",
)
# fmt: on
AUTO = "auto"
_BY_TAG = {locale.lower(): locale for locale in LOCALES}


def checkout_locale(language: str) -> str:
    """Stripe's code for a language tag: its own ("en-gb"), else its language's ("de-at"), else the browser's."""
    tag = language.replace("_", "-").lower()
    return _BY_TAG.get(tag) or _BY_TAG.get(tag.partition("-")[0]) or AUTO
