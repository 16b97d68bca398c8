"""Amounts of money in words."""

import pytest

from practice_admin.domain.money import amount_text, price_text


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (0, "EUR", "Free"),
        (7000, "EUR", "€70"),
        (7050, "eur", "€70.50"),
        (5, "GBP", "£0.05"),
        (1234567, "USD", "$12,345.67"),
        (7000, "JPY", "¥7,000"),
        (7000, "KRW", "KRW 7,000"),
        (7000, "CHF", "CHF 70"),
        (7000, "ISK", "ISK 70"),
        (70500, "KWD", "KWD 70.500"),
    ],
)
def test_a_price_is_read_in_the_minor_units_of_its_currency(minor, currency, text):
    assert price_text(minor, currency) == text


def test_an_amount_may_be_nought_or_less():
    assert [amount_text(0, "EUR"), amount_text(-1250, "EUR")] == ["€0", "−€12.50"]
