"""What a workbook's cell holds, as the text that a person would see, without loss."""

from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

# A workbook keeps numbers as binary floats: 15 digits are safe, more are not.
SAFE_DIGITS = 15
EPOCH_1900 = datetime(1899, 12, 30)
EPOCH_1904 = datetime(1904, 1, 1)
LAST_SERIAL = 2_958_465  # 9999-12-31


def number_text(raw: str) -> str | None:
    """A number in plain notation: "2.50" for 2.5 is not invented, "1E3" becomes "1000".

    None when it is not a number, or a whole number that has lost its last digits (an order number
    of 18 digits that went through a float). Digits written out in full are taken at their word
    unless they end in zeros exactly where a float would have cut.
    """
    try:
        value = Decimal(raw)
    except InvalidOperation:
        return None
    if not value.is_finite() or value.adjusted() > 40:
        return None
    if value != value.to_integral_value():
        return format(Decimal(f"{value:.{SAFE_DIGITS}g}").normalize(), "f")
    if value.adjusted() >= SAFE_DIGITS and _went_through_a_float(raw, value):
        return None
    return format(value.quantize(Decimal(1)), "f")


def date_text(raw: str, *, epoch: datetime = EPOCH_1900) -> str | None:
    """A serial day number as "2026-01-31 08:05:00", or only date or only time; None when absurd.

    Seconds are rounded: a float of days cannot hold them exactly.
    """
    try:
        serial = float(raw)
    except ValueError:
        return None
    if not 0 <= serial <= LAST_SERIAL:
        return None
    if epoch == EPOCH_1900 and 1 <= serial < 60:
        serial += 1  # the sheet believes in 1900-02-29
    moment = epoch + timedelta(seconds=round(serial * 86_400))
    if serial < 1:
        return f"{moment:%H:%M:%S}"
    if serial == int(serial):
        return f"{moment:%Y-%m-%d}"
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def _went_through_a_float(raw: str, value: Decimal) -> bool:
    if "e" in raw.lower():
        return True
    significant = format(value, "f").lstrip("-").rstrip("0").partition(".")[0]
    return len(significant) <= SAFE_DIGITS
