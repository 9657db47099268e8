"""Within a place: asks for the queue of tickets, searches in it, and for the start page."""

from django.db import connection

from fulfillment.models import Order
from service_desk.hashed_terms import hashed
from service_desk.models import Ticket, TicketMessage, TicketTerm
from service_desk.search_terms import terms_of
from tests.bench.asking import ask, signed_in
from tests.bench.rows import MOMENT, fill, insert

TICKETS, MESSAGES, ORDERS = 50_000, 150_000, 200_000
# Which of the sentences a message holds, by its number.
SENTENCE = "(n::bigint * 7919 % 500)"
SENTENCES = [
    f"{goods}{trouble}，{wish}{number:02}"
    for number in range(20)
    for goods in ("连衣裙", "保温杯", "充电宝", "蓝牙耳机", "行李箱")
    for trouble, wish in (
        ("尺码不合适", "想换大一号"),
        ("还没有发货", "请问几天能到"),
        ("收到时破损", "要求退款"),
        ("少发了一件", "请尽快补发"),
        ("颜色和图片不符", "可以退货吗"),
    )
]


def fill_talk() -> None:
    """Three messages a ticket, and the terms that their texts are found by."""
    first = Ticket.objects.order_by("pk").values_list("pk", flat=True)[0]
    ticket = f"{first} + (n - 1) / {MESSAGES // TICKETS}"
    field = TicketMessage._meta.get_field("body")
    written = ", ".join(f"'{field.get_db_prep_save(text, connection)}'" for text in SENTENCES)
    body = f"(ARRAY[{written}])[1 + {SENTENCE}]"
    columns = {"ticket": ticket, "author": "'customer'", "body": body, "sent_at": MOMENT}
    insert(TicketMessage, columns, count=MESSAGES)
    pairs = [(number, term) for number, text in enumerate(SENTENCES) for term in hashed(terms_of(text))]
    values = ", ".join(f"({number}, {term}::bigint)" for number, term in pairs)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{TicketTerm._meta.db_table}" (ticket_id, term)'
            f" SELECT DISTINCT {ticket}, terms.term FROM generate_series(1, {MESSAGES}) AS series(n)"
            f" JOIN (VALUES {values}) AS terms(sentence, term) ON terms.sentence = {SENTENCE}"
        )
        cursor.execute(f'ANALYZE "{TicketTerm._meta.db_table}"; ANALYZE "{TicketMessage._meta.db_table}"')


def main() -> None:
    """Fill and ask."""
    fill(Ticket, TICKETS)
    fill_talk()
    fill(Order, ORDERS)
    client = signed_in()
    ask(client, "/desk/", name="list: open tickets")
    ask(client, "/desk/?state=any", name="list: tickets of all states")
    ask(client, "/desk/?q=TK0023456", name="search: a number")
    ask(client, "/desk/?q=充电宝收到时破损", name="search: a phrase of many messages")
    ask(client, "/desk/?q=保温杯少发了一件，请尽快补发07", name="search: a sentence of few messages")
    ask(client, "/desk/?q=退款", name="search: one word of very many messages")
    ask(client, "/desk/?q=没有的话", name="search: without a hit")
    ask(client, "/", name="start page")


if __name__ == "__main__":
    main()
