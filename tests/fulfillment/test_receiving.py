"""Two who book or change the same at once, past the pages: what the services themselves let through."""

import pytest

from config.kernel.errors import DomainError
from config.kernel.models import User
from config.roles import install_roles
from fulfillment.models import GoodsReceipt, RestockSuggestion
from fulfillment.services.purchasing import ReceivedLine, receive_goods
from fulfillment.services.suggestions import edit_suggestion
from tests.fulfillment.factories import NOON, make_restock_run, make_sku, make_suggestion, make_supplier, make_warehouse
from tests.fulfillment.restock_people import make_order, on_hand, person

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def planner():
    install_roles()
    return person("supply_planner")


@pytest.fixture
def order(planner):
    return make_order(planner, make_restock_run(), make_warehouse("main"))


def receive(order, line, count, *, key):
    return receive_goods(order, lines=[ReceivedLine(line.pk, count)], key=key, actor=None, received_at=NOON)


def test_the_same_receipt_again_is_the_first_and_moves_no_stock(order):
    line = order.lines.get(quantity=10)
    first = receive(order, line, 4, key="van")
    assert receive(order, line, 4, key="van") == first
    line.refresh_from_db()
    assert (GoodsReceipt.objects.count(), line.received_quantity, on_hand(line.sku)) == (1, 4, 4)


def test_two_receipts_do_not_bring_more_than_was_ordered(order):
    line = order.lines.get(quantity=10)
    receive(order, line, 8, key="van")
    with pytest.raises(DomainError) as refusal:
        receive(order, line, 3, key="lorry")
    assert refusal.value.code == "more_than_ordered"
    assert on_hand(line.sku) == 8


def test_a_quantity_is_not_changed_from_one_that_it_no_longer_is(planner):
    suggestion = make_suggestion(make_restock_run(), make_sku(), make_warehouse("main"), make_supplier())
    edit_suggestion(suggestion.pk, quantity=36, actor=User.objects.create_user("colleague"), reason="live show")
    with pytest.raises(DomainError) as refusal:
        edit_suggestion(suggestion.pk, quantity=24, actor=planner.user, reason="campaign", seen_quantity=10)
    assert refusal.value.code == "changed_meanwhile"
    assert RestockSuggestion.objects.get(pk=suggestion.pk).quantity == 36
