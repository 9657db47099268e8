"""A director without the right to personal data walks through the house and meets masks alone."""

import pytest
from django.utils import timezone

from fulfillment.orders import BuyerInput
from membership.models import Customer
from service_desk.models import Ticket
from service_desk.services import receive_message
from service_desk.services.tickets import NewTicket, open_ticket
from tests.fulfillment.factories import line_of, make_order, make_sku, make_store

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BUYER = BuyerInput(
    id="buyer-77",
    name="欧阳明月",
    phone="13812345678",
    email="mingyue@example.com",
    address="浙江省杭州市西湖区文三路90号",
)
REAL = ("欧阳明月", "13812345678", "mingyue@", "文三路")
MASKS = ("欧**", "****5678")


@pytest.fixture
def trade():
    """(order, its customer, a ticket of theirs)."""
    store = make_store("one")
    order = make_order(store, line_of(make_sku("TEA-1")), paid="10.00", buyer=BUYER)
    new = NewTicket(
        subject="Where is my parcel?",
        store=store,
        contact_channel=Ticket.ContactChannel.CHAT,
        customer=order.customer,
        order=order,
    )
    ticket = open_ticket(new, now=timezone.now())
    receive_message(ticket, body="Hello?", sent_at=timezone.now())
    return order, order.customer, ticket


def opened(page, address):
    """The page's source after it answered 200, free of what is personal."""
    answer = page.goto(address)
    assert answer.status == 200, address
    source = answer.text() + page.content()
    assert [word for word in REAL if word in source] == [], address
    return source


def test_a_director_without_the_right_to_personal_data_sees_masks_everywhere(signed_in, live_server, trade):
    order, customer, ticket = trade
    assert Customer.objects.get().name == BUYER.name, "what is hidden is there"
    page, house = signed_in("director"), live_server.url
    links = page.locator("#nav-sidebar a[href^='/'], nav a[href^='/']").evaluate_all(
        "list => list.map(one => one.getAttribute('href'))"
    )
    walked = sorted(set(links) - {"/"})
    assert {"/orders/", "/desk/", "/boards/", "/admin/membership/customer/"} <= set(walked)
    for link in walked:
        opened(page, f"{house}{link}")

    for mask in MASKS:
        assert mask in opened(page, f"{house}/admin/membership/customer/")
        assert mask in opened(page, f"{house}/members/customers/{customer.pk}/")
        assert mask in opened(page, f"{house}/orders/{order.number}/")
    opened(page, f"{house}/admin/membership/customer/{customer.pk}/change/")
    opened(page, f"{house}/desk/{ticket.number}/")
    refused = page.context.request.get(f"{house}/admin/membership/customer/{customer.pk}/unmask/")
    assert refused.status == 403
    assert REAL[0] not in refused.text()

    # The palette finds the customer by the whole phone number and shows no more than the customer's number.
    found = page.context.request.get(f"{house}/admin/search/", params={"s": BUYER.phone, "extended": "1"}).text()
    assert customer.number in found
    assert [word for word in (REAL[0], REAL[2], REAL[3]) if word in found] == []
