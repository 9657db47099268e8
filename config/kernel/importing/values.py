"""Text of one cell -> text, identifier, amount or whole number. Raises BadValue with a code, never guesses."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from config.kernel.importing.cells import SAFE_DIGITS

CENT = Decimal("0.01")
PRICE_STEP = Decimal("0.0001")
AMOUNT_LIMIT = Decimal(10) ** 11
QUANTITY_LIMIT = 1_000_000

# What tools write where there is nothing.
_NOTHING = frozenset({"", "-", "--", "null", "none", "nan", "nat", "n/a", "#n/a"})
_TEXT_WRAPPER = re.compile(r'="(.*)"', re.DOTALL)
_CURRENCY = re.compile(
    r"(?<![\w.])(?:cny|rmb|gbp|usd|eur|[¥$£€])\s*(?=[-+\d.(])|\s*(?:cny|rmb|gbp|usd|eur|元|円|圆)$", re.IGNORECASE
)
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?")
_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?", re.IGNORECASE)
_FLOATED_NUMBER = re.compile(r"\d(?:\.\d+)?E\+\d{2,}")
_WHOLE_FLOAT = re.compile(r"(\d+)\.0+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028\u2029\u202a-\u202e\u2060\ufeff]")


class BadValue(ValueError):
    """The cell's text is not what the field needs; `code` and `params` become a RowIssue."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = {name: str(value) for name, value in params.items()}


def bare(raw: str) -> str:
    """The cell without what spreadsheets and tools wrap around it.

    Shop tools write numbers as `="2026..."`, or with a tab or an apostrophe, so that Excel keeps all digits.
    """
    text = raw.strip()
    if text.isascii() and text.isalnum():
        return text
    text = text.strip("\ufeff\u200b")
    wrapped = _TEXT_WRAPPER.fullmatch(text)
    if wrapped:
        text = wrapped[1].strip()
    if len(text) > 1 and text[0] == "'" and (text[1] in "=+-@\t\r\n＝＋－＠" or text[1].isdigit()):
        text = text[1:]
    return text.strip()


def is_nothing(raw: str) -> bool:
    """Whether a cell says in words that it is empty."""
    return not raw or (len(raw) < 40 and _says_nothing(raw))


@lru_cache(maxsize=8192)
def _says_nothing(raw: str) -> bool:
    return bare(raw).casefold() in _NOTHING


@lru_cache(maxsize=8192)
def parse_identifier(raw: str, *, limit: int) -> str:
    """A number or code as one line of text: full-width digits made plain, "17850.0" made "17850"."""
    text = unicodedata.normalize("NFKC", bare(raw))
    if _CONTROL.search(text) or "\n" in text or "\r" in text or "\t" in text:
        raise BadValue("control_character")
    if _FLOATED_NUMBER.fullmatch(text):  # how Excel shows, and then saves, a long number
        raise BadValue("number_lost_digits", value=text)
    whole = _WHOLE_FLOAT.fullmatch(text)
    text = whole[1] if whole else text
    if len(text) > limit:
        raise BadValue("identifier_too_long", limit=limit)
    return text


def parse_text(raw: str, *, limit: int) -> tuple[str, tuple[BadValue, ...]]:
    """Free text and what had to be done to it: invisible characters taken out, too long cut."""
    text = bare(raw)
    changes: list[BadValue] = []
    clean = _CONTROL.sub("", text)
    if clean != text:
        changes.append(BadValue("control_removed"))
    if len(clean) > limit:
        changes.append(BadValue("text_cut", limit=limit))
    return clean[:limit], tuple(changes)


@lru_cache(maxsize=8192)
def parse_number(raw: str) -> Decimal:
    """A decimal number with currency sign, thousands separators, full-width digits or brackets for minus."""
    text = _CURRENCY.sub("", unicodedata.normalize("NFKC", bare(raw)).strip()).replace("\u2212", "-")
    is_negative = text.startswith("(") and text.endswith(")")
    text = _CURRENCY.sub("", text.strip("()").strip() if is_negative else text).replace(" ", "")
    if _THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    if not _PLAIN.fullmatch(text):
        raise BadValue("not_a_number", value=raw[:40])
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise BadValue("not_a_number", value=raw[:40]) from error
    if len(number.as_tuple().digits) > SAFE_DIGITS:
        number = Decimal(f"{number:.{SAFE_DIGITS}g}")  # 19.990000000000002 is a float's way of saying 19.99
    return -number if is_negative else number


def parse_amount(raw: str, *, step: Decimal = CENT) -> Decimal:
    """An amount in the currency's units to the cent (or another step); more decimals are refused, not rounded."""
    number = parse_number(raw)
    if abs(number) >= AMOUNT_LIMIT:
        raise BadValue("amount_too_large", value=raw[:40])
    amount = number.quantize(step)
    if amount != number:
        raise BadValue("too_many_decimals", value=raw[:40], places=-int(step.as_tuple().exponent))
    return amount


def parse_price(raw: str) -> Decimal:
    """A price of one piece, to four places."""
    return parse_amount(raw, step=PRICE_STEP)


def parse_quantity(raw: str) -> int:
    """A whole number of pieces; "3.0" is 3, "1.5" is refused, above a million is refused."""
    number = parse_number(raw)
    if abs(number) > QUANTITY_LIMIT:
        raise BadValue("quantity_absurd", value=raw[:40], limit=QUANTITY_LIMIT)
    if number != number.to_integral_value():
        raise BadValue("not_whole", value=raw[:40])
    return int(number)
