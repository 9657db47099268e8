"""The promises that the software ships with. Laid in once; from then on they are the service team's."""

from typing import Any

from service_desk.models import ServiceCalendar, SlaPolicy, Ticket

HOUR, DAY = 60, 24 * 60
SHOP_HOURS = {str(day): [[9 * HOUR, 22 * HOUR]] for day in range(7)}
URGENT, CHAT = Ticket.Priority.URGENT, Ticket.ContactChannel.CHAT
Row = tuple[str, str, dict[str, Any], int, int, int]
POLICIES: tuple[Row, ...] = (
    ("紧急在线咨询", "Urgent chats", {"priority": URGENT, "contact_channel": CHAT}, 5, 15, 4 * HOUR),
    ("紧急工单", "Urgent tickets", {"priority": URGENT}, 4 * HOUR, 4 * HOUR, 4 * HOUR),
    ("在线咨询", "Chats", {"contact_channel": CHAT}, 5, 15, DAY),
    ("其他渠道", "Other channels", {}, 4 * HOUR, 4 * HOUR, DAY),
)


def install_sla() -> int:
    """Make the calendars that are missing, and the policies where there are none; returns how many policies there are."""
    always, _new = ServiceCalendar.objects.get_or_create(
        code="always", defaults={"name": "全天", "english_name": "Day and night", "is_always_open": True}
    )
    shop, _new = ServiceCalendar.objects.get_or_create(
        code="shop-hours", defaults={"name": "营业时间", "english_name": "Shop hours", "weekly": SHOP_HOURS}
    )
    if not SlaPolicy.objects.exists():
        for position, (name, english, fits, first, following, resolution) in enumerate(POLICIES, start=1):
            SlaPolicy.objects.create(
                position=position * 10,
                name=name,
                english_name=english,
                calendar=shop,
                resolution_calendar=always,
                first_response=first,
                next_response=following,
                resolution=resolution,
                **fits,
            )
    return SlaPolicy.objects.count()
