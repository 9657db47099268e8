"""The demo's service desk: tickets with late answers, night messages, re-opened, merged and waiting ones."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from config.demo.macros import fill_macros
from config.kernel.actor import acting_as
from config.kernel.models import User
from fulfillment.models import Order
from service_desk.models import Ticket, TicketQueue
from service_desk.services import (
    add_note,
    assign_ticket,
    merge_tickets,
    move_ticket,
    open_ticket,
    receive_message,
    send_reply,
)
from service_desk.services.tickets import NewTicket

QUEUES = (
    ("pre-sales", "售前咨询", "Pre-sales"),
    ("after-sales", "售后服务", "After-sales"),
    ("complaints", "投诉", "Complaints"),
)
MATTERS = (
    # subject, first message, answer, kind
    (
        "什么时候发货",
        "亲，我昨天拍的，什么时候能发货呀？",
        "您好，您的订单今天 18 点前发出，请放心。",
        Ticket.Kind.ENQUIRY,
    ),
    (
        "坚果有点受潮",
        "收到的坚果不脆了，感觉受潮了。",
        "非常抱歉，给您补寄一份，原来的不用退回。",
        Ticket.Kind.AFTER_SALES,
    ),
    ("面膜适合敏感肌吗", "我是敏感肌，这款面膜能用吗？", "这款不含酒精和香精，建议先在耳后试用。", Ticket.Kind.ENQUIRY),
    ("少发了一件", "我买了三件只收到两件！", "已为您核对，少发的一件今天补发，单号稍后给您。", Ticket.Kind.AFTER_SALES),
    ("快递一直没动", "物流三天没更新了，催了两遍了。", "已联系快递催件，明天中午前给您答复。", Ticket.Kind.COMPLAINT),
    ("想开发票", "公司报销，能开发票吗？", "可以的，请把抬头和税号发给我。", Ticket.Kind.ENQUIRY),
    (
        "七天无理由退货",
        "口红颜色不合适，没拆封，想退。",
        "没问题，请提交退货申请，收到后两天内退款。",
        Ticket.Kind.AFTER_SALES,
    ),
    ("优惠券用不了", "满 199 减 30 怎么没减？", "这款不参加满减，已补发您一张 10 元券。", Ticket.Kind.ENQUIRY),
)


def fill_desk(source: random.Random, *, now: datetime, count: int) -> int:
    """Open and work on `count` tickets of the last 40 days through the services; returns how many there are."""
    queues = [TicketQueue.objects.create(code=code, name=name, english_name=english) for code, name, english in QUEUES]
    fill_macros()
    agents = list(User.objects.filter(username__in=["service_agent", "after_sales_agent", "service_lead"]))
    recent = Order.objects.filter(placed_at__gte=now - timedelta(days=45), customer__isnull=False)
    orders = list(recent.select_related("customer", "store").order_by("pk")[: count * 3])
    ages = sorted((source.randrange(30, 40 * 24 * 60) for _place in range(count)), reverse=True)
    for place, minutes in enumerate(ages):
        age = timedelta(minutes=minutes)
        _one_ticket(source, orders, queues, agents, opened_at=now - age, now=now, place=place)
    _merge_two()
    return count


def _one_ticket(
    source: random.Random,
    orders: Sequence[Order],
    queues: Sequence[TicketQueue],
    agents: Sequence[User],
    *,
    opened_at: datetime,
    now: datetime,
    place: int,
) -> None:
    subject, question, answer, kind = source.choice(MATTERS)
    order = source.choice(orders)
    ticket = open_ticket(
        NewTicket(
            subject=subject,
            store=order.store,
            contact_channel=source.choice(
                [Ticket.ContactChannel.CHAT, Ticket.ContactChannel.CHAT, Ticket.ContactChannel.WECOM]
            ),
            customer=order.customer,
            order=order if kind != Ticket.Kind.ENQUIRY else None,
            queue=queues[{"enquiry": 0, "after_sales": 1}.get(str(kind), 2)],
            kind=kind,
            priority=source.choices((2, 3, 4), (1, 6, 1))[0],
            external_ref=f"C{10_000 + place}",
        ),
        now=opened_at,
    )
    receive_message(ticket, body=question, sent_at=opened_at, external_id=f"m{place}-1")
    _answer(source, ticket, answer, agents, now=now, place=place)


def _answer(
    source: random.Random, ticket: Ticket, answer: str, agents: Sequence[User], *, now: datetime, place: int
) -> None:
    # Most answers come in minutes, one in six far too late, and the newest wait still.
    answered_at = ticket.opened_at + timedelta(minutes=source.choice((1, 2, 2, 3, 4, 45 + source.randrange(600))))
    if answered_at > now - timedelta(minutes=20):
        return
    agent = source.choice(agents)
    with acting_as(agent):
        assign_ticket(ticket, to=agent, now=answered_at)
        if source.random() < 0.2:
            add_note(ticket, user=agent, body="已核对仓库，确认属实。", now=answered_at)
        send_reply(ticket, user=agent, body=answer, now=answered_at)
        _end(source, ticket, answered_at, now=now, place=place)


def _end(source: random.Random, ticket: Ticket, answered_at: datetime, *, now: datetime, place: int) -> None:
    chance = source.random()
    resolved_at = answered_at + timedelta(hours=source.randrange(1, 30))
    if chance < 0.15 or resolved_at > now:
        return
    if chance < 0.25:
        move_ticket(ticket, to=Ticket.State.WAITING_PARCEL, now=answered_at)
        return
    move_ticket(ticket, to=Ticket.State.RESOLVED, now=resolved_at)
    if chance < 0.35:
        again = resolved_at + timedelta(hours=5)
        if again < now:
            receive_message(ticket, body="还是没有解决，请再看一下。", sent_at=again, external_id=f"m{place}-2")


def _merge_two() -> None:
    """The customer of an open ticket asks again on another channel; both end as one."""
    first = Ticket.objects.filter(state=Ticket.State.OPEN).select_related("store", "customer", "queue").first()
    if first is None:
        return
    asked_at = (first.last_message_at or first.opened_at) + timedelta(minutes=1)
    second = open_ticket(
        NewTicket(
            subject=first.subject,
            store=first.store,
            contact_channel=Ticket.ContactChannel.EMAIL,
            customer=first.customer,
            queue=first.queue,
            kind=first.kind,
            external_ref=f"M{10_000 + first.pk}",
        ),
        now=asked_at,
    )
    receive_message(second, body="刚才在聊天里也问过，有结果了吗？", sent_at=asked_at, external_id="again-1")
    merge_tickets(second, into=first, now=asked_at + timedelta(minutes=5))
