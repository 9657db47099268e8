"""Posted orders: kept first, taken in once, parked where a person sees what is missing, and sent again from there."""

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import Listing, Store
from catalog.queries import skus_by_listing_code
from config.kernel.errors import DomainError, InvalidInput
from config.kernel.models import InboxMessage
from config.kernel.sql import insert_new
from config.kernel.work_items import close_work_items, open_work_item
from fulfillment.models import Order
from fulfillment.order_payload import checked_payload, goods_codes, order_input
from fulfillment.services.intake import TakenIn, take_in_order

KIND = "order"
State = InboxMessage.State
LEASE = timedelta(minutes=2)
UNKNOWN_SKU = "unknown_sku"
PARKED_ITEM = "order_parked"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a message: the order with its outcome, or the codes that nobody knows yet."""

    message: InboxMessage
    taken: TakenIn | None = None
    unknown_codes: tuple[str, ...] = ()


def payload_hash(payload: Mapping[str, Any]) -> str:
    """The fingerprint of a payload, the same for any order of its keys."""
    text = json.dumps(payload, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _source(store: Store) -> str:
    return f"store:{store.code}"


def receive_order(store: Store, *, payload: Mapping[str, Any]) -> Answer:
    """Keep a posted order, then take it in. The same payload again gives the same order.

    Codes that no listing matches park the message with a work item. A payload that cannot be read is discarded and
    raises InvalidInput; one whose change is refused is parked and raises DomainError.
    """
    fingerprint = payload_hash(payload)
    row = InboxMessage(
        source=_source(store),
        external_id=str(payload.get("external_number", ""))[:120],
        kind=KIND,
        payload_hash=fingerprint,
        payload=json.dumps(payload, ensure_ascii=False, default=str),
    )
    insert_new([row], conflict=["source", "kind", "external_id", "payload_hash"])
    message = InboxMessage.objects.get(
        source=row.source, kind=KIND, external_id=row.external_id, payload_hash=fingerprint
    )
    return process(message, store=store)


def process(message: InboxMessage, *, store: Store) -> Answer:
    """Take in the order of a message; safe to repeat, as the order's number decides."""
    try:
        data = checked_payload(json.loads(message.payload), currency=store.currency)
    except InvalidInput as error:
        _finish(message, state=State.DISCARDED, error=error)
        raise
    codes = goods_codes(data)
    skus = skus_by_listing_code(store, codes)
    unknown = tuple(sorted(code for code in codes if code not in skus))
    if unknown:
        return _park_unknown(message, store, titles={code: codes[code] for code in unknown})
    order = order_input(data, skus=skus, currency=store.currency)
    try:
        taken = take_in_order(store, order=order, payload_hash=message.payload_hash)
    except InvalidInput as error:
        _finish(message, state=State.DISCARDED, error=error)
        raise
    except DomainError as error:
        _finish(message, state=State.PARKED, error=error)
        _ask_person(message, store, title=_("Order %(number)s cannot be changed as the channel says"))
        raise
    _finish(message, state=State.DONE, result_ref=f"order:{taken.order.number}")
    close_work_items(PARKED_ITEM, source_ref=f"inbox:{message.pk}", reason=_("taken in"))
    return Answer(message, taken)


def _park_unknown(message: InboxMessage, store: Store, *, titles: Mapping[str, str]) -> Answer:
    """Park a message and list its unknown codes, so that a person can say which SKU they mean."""
    insert_new(
        [Listing(store=store, code=code, title=title[:300]) for code, title in titles.items()],
        conflict=["store", "code"],
    )
    codes = tuple(titles)
    words = _("No SKU is known for: %(codes)s.") % {"codes": ", ".join(codes)}
    error = DomainError(UNKNOWN_SKU, words, detail={"codes": list(codes)})
    _finish(message, state=State.PARKED, error=error)
    _ask_person(message, store, title=_("Order %(number)s has goods that nobody knows"))
    return Answer(message, unknown_codes=codes)


def _ask_person(message: InboxMessage, store: Store, *, title: str) -> None:
    open_work_item(
        PARKED_ITEM,
        title=title % {"number": message.external_id},
        source_ref=f"inbox:{message.pk}",
        link=reverse("admin:fulfillment_order_parked"),
        store_code=store.code,
        body=message.error_message,
    )


def _finish(message: InboxMessage, *, state: str, error: DomainError | None = None, result_ref: str = "") -> None:
    message.state = state
    message.attempts += 1
    message.error_code = error.code if error else ""
    message.error_message = str(error.message) if error else ""
    message.error_detail = dict(error.detail) if error else {}
    message.result_ref = result_ref
    message.lease_token, message.lease_until = "", None
    message.finished_at = None if state == State.PARKED else timezone.now()
    message.save()


def replay_inbox(*, now: datetime, store: Store | None = None, parked: bool = True) -> dict[str, int]:
    """Send messages again: parked ones, and those that a dead process left behind. Returns counts by state.

    Each message is claimed by a conditional UPDATE, so two people who press the button at once take it in once.
    """
    left_behind = Q(state=State.WORKING, lease_until__lt=now) | Q(state=State.WAITING, received_at__lt=now - LEASE)
    wanted = Q(state=State.PARKED) | left_behind if parked else left_behind
    messages = InboxMessage.objects.filter(wanted, kind=KIND)
    if store is not None:
        messages = messages.filter(source=_source(store))
    return replay_messages(list(messages.order_by("pk")[:1000]), now=now)


def replay_messages(messages: Sequence[InboxMessage], *, now: datetime) -> dict[str, int]:
    """Send these messages again; returns counts by the state that they came to."""
    counts: dict[str, int] = {}
    for message in messages:
        state = _replay(message, now=now)
        if state:
            counts[state] = counts.get(state, 0) + 1
    return counts


def _replay(message: InboxMessage, *, now: datetime) -> str:
    """Process one message under a lease; "" when somebody else has it."""
    token = uuid.uuid4().hex
    mine = InboxMessage.objects.filter(pk=message.pk, state=message.state, lease_token=message.lease_token)
    if not mine.update(state=State.WORKING, lease_token=token, lease_until=now + LEASE):
        return ""
    message.refresh_from_db()
    store = Store.objects.filter(code=message.source.removeprefix("store:")).first()
    if store is None:
        _finish(message, state=State.PARKED, error=DomainError("unknown_store", _("The store is not known.")))
        return message.state
    try:
        process(message, store=store)
    except DomainError:
        # The message itself says what is wrong; the next one is not held up by it.
        message.refresh_from_db()
    return message.state


def order_of(message: InboxMessage) -> Order | None:
    """The order that a message became."""
    return Order.objects.filter(number=message.result_ref.removeprefix("order:")).first()
