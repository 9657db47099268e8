"""Money: one place that rounds, splits and converts. Pure."""

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
# ISO 4217 exponents that are not 2, of the currencies that stores here meet.
EXPONENTS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "KWD": 3, "BHD": 3, "OMR": 3, "JOD": 3, "TND": 3}


def currency_exponent(currency: str) -> int:
    """How many decimals amounts of a currency have at most; amounts are kept with two, so three become two."""
    return min(EXPONENTS.get(currency, 2), 2)


def round_money(amount: Decimal, *, currency: str = "CNY") -> Decimal:
    """Round half up to the currency's smallest unit; the result has two decimals."""
    unit = Decimal(1).scaleb(-currency_exponent(currency))
    return amount.quantize(unit, rounding=ROUND_HALF_UP).quantize(CENT)


def convert(amount: Decimal, *, rate: Decimal, currency: str = "CNY") -> Decimal:
    """`amount` times `rate` (units of the wanted currency for one), rounded half up."""
    return round_money(amount * rate, currency=currency)


def split_by_weight(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Share an amount out in proportion, so that the parts add up to it to the cent (largest remainder, ties by place)."""
    total = sum(weights, Decimal(0))
    if amount < 0 or total <= 0 or any(weight < 0 for weight in weights):
        raise ValueError("amount and weights must not be negative and some weight must be positive")
    exact = [amount * weight / total for weight in weights]
    parts = [share.quantize(CENT, rounding=ROUND_DOWN) for share in exact]
    spare_cents = int((amount - sum(parts, Decimal(0))) / CENT)
    by_remainder = sorted(range(len(parts)), key=lambda place: exact[place] - parts[place], reverse=True)
    for place in by_remainder[:spare_cents]:
        parts[place] += CENT
    return parts


SYMBOLS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "JP¥", "HKD": "HK$"}


def format_money(amount: Decimal | None, *, currency: str) -> str:
    """An amount for people: symbol, thousands separators, the currency's decimals; a dash for None."""
    if amount is None:
        return "—"
    sign = "−" if amount < 0 else ""
    decimals = currency_exponent(currency)
    symbol = SYMBOLS.get(currency, f"{currency} ")
    return f"{sign}{symbol}{abs(amount):,.{decimals}f}"
