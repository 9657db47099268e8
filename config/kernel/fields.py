"""Column types that the rooms share: money, unit prices, rates, and encrypted text."""

from typing import Any

from django.db import models

from config.kernel.encryption import decrypt, encrypt


class MoneyField(models.DecimalField):  # type: ignore[type-arg]
    """An amount of money, Decimal(14, 2)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 14)
        kwargs.setdefault("decimal_places", 2)
        super().__init__(*args, **kwargs)


class UnitPriceField(models.DecimalField):  # type: ignore[type-arg]
    """A price or cost of one piece, Decimal(14, 4)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 14)
        kwargs.setdefault("decimal_places", 4)
        super().__init__(*args, **kwargs)


class ExchangeRateField(models.DecimalField):  # type: ignore[type-arg]
    """Units of the base currency for one unit of another, Decimal(18, 8)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 18)
        kwargs.setdefault("decimal_places", 8)
        super().__init__(*args, **kwargs)


class RateField(models.DecimalField):  # type: ignore[type-arg]
    """A share between 0 and 1, Decimal(7, 6)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 7)
        kwargs.setdefault("decimal_places", 6)
        super().__init__(*args, **kwargs)


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text that is encrypted in the database and plain in Python. Empty text stays empty."""

    def get_prep_value(self, value: Any) -> Any:
        return encrypt(str(value)) if value else value

    def from_db_value(self, value: str | None, expression: object, connection: object) -> str | None:
        return decrypt(value) if value else value
