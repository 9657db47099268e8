"""Products on the sales board: those that sell most, and those that moved."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from analytics.boards.cells import chart, count_cell, money_cell, number, panel, text, text_cell
from analytics.boards.choice import Choice
from analytics.boards.links import Links
from analytics.boards.shapes import Panel, Series
from analytics.queries.board_sales import SHOWN, SoldProduct
from analytics.queries.figures import CurrencyGroup
from analytics.reading import sentences_joined
from catalog.models.stores import in_language
from config.kernel.money import format_money

LABEL_LENGTH = 16


def product_name(product: SoldProduct) -> str:
    """The name in the reader's language, with the code."""
    name = in_language(product.name, product.english_name)
    return f"{name} · {product.code}"


def _label(product: SoldProduct) -> str:
    """Short enough for an axis; the code tells the SKUs of a product apart."""
    name = in_language(product.name, product.english_name)
    short = name if len(name) <= LABEL_LENGTH else f"{name[: LABEL_LENGTH - 1]}…"
    return f"{short} {product.code}"


def product_panel(group: CurrencyGroup, products: Sequence[SoldProduct], *, links: Links) -> Panel:
    """The SKUs that sold most, by net sales before refunds."""
    top = sorted((one for one in products if one.top <= SHOWN and one.now), key=lambda one: one.top)
    rows = [
        [
            text_cell(product_name(one), link=links.sku(one.sku_id)),
            count_cell(one.units),
            money_cell(one.now, currency=one.currency),
            *([money_cell(one.before, currency=one.currency)] if links.choice.compared else []),
        ]
        for one in top
    ]
    columns = [text(_("SKU")), number(_("Units")), number(_("Net sales"))]
    if links.choice.compared:
        columns.append(number(_("Before")))
    return panel(
        links,
        f"products-{group.currency.lower()}",
        title=_("Products that sell most"),
        columns=columns,
        rows=rows,
        data=_bars(top, [Series(_("Net sales"), [one.now for one in top])]),
        summary=_best(top),
        note=_("Net sales after discounts, before refunds, in the store's currency."),
    )


def _best(top: Sequence[SoldProduct]) -> str:
    if not top:
        return ""
    words = {"name": _label(top[0]), "amount": format_money(top[0].now, currency=top[0].currency)}
    return _("%(name)s sold most: %(amount)s.") % words


def mover_panel(group: CurrencyGroup, products: Sequence[SoldProduct], *, links: Links) -> Panel:
    """The SKUs whose net sales rose and fell most."""
    moved = movers(products)
    rows = [
        [
            text_cell(product_name(one), link=links.sku(one.sku_id)),
            money_cell(one.change, currency=one.currency, is_signed=True),
            money_cell(one.now, currency=one.currency),
            money_cell(one.before, currency=one.currency),
        ]
        for one in moved
    ]
    columns = [text(_("SKU")), number(pgettext("figure", "Change")), number(_("Net sales")), number(_("Before"))]
    return panel(
        links,
        f"movers-{group.currency.lower()}",
        title=_("Products that moved"),
        columns=columns,
        rows=rows,
        data=_bars(moved, [Series(pgettext("figure", "Change"), [one.change for one in moved], role="change")]),
        summary=_("The SKUs whose net sales rose and fell most."),
    )


def movers(products: Sequence[SoldProduct]) -> list[SoldProduct]:
    """Five that rose most, then five that fell most, the deepest fall last."""
    risen = sorted((one for one in products if one.change > 0), key=lambda one: -one.change)[: SHOWN // 2]
    fallen = sorted((one for one in products if one.change < 0), key=lambda one: one.change)[: SHOWN // 2]
    return [*risen, *reversed(fallen)]


def _bars(products: Sequence[SoldProduct], series: list[Series]) -> dict[str, object] | None:
    """Bars, where all amounts are of one currency and can be laid side by side."""
    currencies = {one.currency for one in products}
    if len(currencies) != 1:
        return None
    return chart(
        "hbar", labels=[_label(one) for one in products], series=series, unit="money", currency=currencies.pop()
    )


def mover_sentence(products: Sequence[SoldProduct], choice: Choice) -> list[str]:
    """The product that rose most and the one that fell most, where all is in one currency."""
    if choice.compared is None or len({one.currency for one in products}) != 1:
        return []
    best, worst = max(products, key=lambda one: one.change), min(products, key=lambda one: one.change)
    told = []
    if best.change > 0:
        told.append(_("Up most: %s.") % f"{_label(best)} +{format_money(best.change, currency=best.currency)}")
    if worst.change < 0:
        told.append(_("Down most: %s.") % f"{_label(worst)} {format_money(worst.change, currency=worst.currency)}")
    return [sentences_joined(told)] if told else []
