"""Who bought: the channel's buyer id within a store, else a real phone or mail address, else nobody known."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from catalog.models import Store
from config.kernel.encryption import lookup_hash
from config.kernel.numbers import next_numbers
from config.kernel.personal import looks_masked, normalise_email, normalise_phone
from config.kernel.sql import insert_new
from config.kernel.store_time import store_day, zone_of
from membership.models import Customer, CustomerIdentity, MergeCandidate

Kind = CustomerIdentity.Kind
AT_ONCE = 400


@dataclass(frozen=True, slots=True)
class BuyerCard:
    """What an order says of its buyer. Masked and virtual values may stand here: they are never used as keys."""

    external_id: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""
    country: str = ""
    province: str = ""
    city: str = ""

    @property
    def real_phone(self) -> str:
        """The phone in E.164 when it is a real one."""
        return normalise_phone(self.phone) or ""

    @property
    def real_email(self) -> str:
        """The mail address in lower case when it is a real one."""
        return normalise_email(self.email) or ""

    @property
    def key(self) -> tuple[str, str] | None:
        """Kind and keyed hash of the identity; None for a guest."""
        if self.external_id and not looks_masked(self.external_id):
            return Kind.BUYER_ID, lookup_hash(self.external_id, purpose="buyer_id")
        if self.real_phone:
            return Kind.PHONE, lookup_hash(self.real_phone, purpose="phone")
        if self.real_email:
            return Kind.EMAIL, lookup_hash(self.real_email, purpose="email")
        return None


def identify_customers(store: Store, cards: Sequence[BuyerCard]) -> list[int | None]:
    """The customer of each card, made where the store has not met the identity before; None for a guest.

    A fixed number of queries for any number of cards. Two callers that meet the same buyer at once make one customer.
    Real phones and mail addresses that another store's customer has as well become merge candidates for a person.
    """
    wanted: dict[tuple[str, str], BuyerCard] = {}
    keys = [card.key for card in cards]
    for key, card in zip(keys, cards, strict=True):
        if key is not None:
            wanted.setdefault(key, card)
    known = _known(store, list(wanted))
    missing = {key: card for key, card in wanted.items() if key not in known}
    if missing:
        _make(store, missing)
        known = _known(store, list(wanted))
    return [known[key] if key is not None else None for key in keys]


def _known(store: Store, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        # The kinds are named so that the unique index is used: without them the whole store would be read.
        rows = CustomerIdentity.objects.filter(
            store=store, kind__in={kind for kind, _hash in some}, key_hash__in=[key_hash for _kind, key_hash in some]
        )
        found.update(
            {
                (kind, key_hash): merged or customer
                for kind, key_hash, customer, merged in rows.values_list(
                    "kind", "key_hash", "customer_id", "customer__merged_into_id"
                )
            }
        )
    return found


@transaction.atomic
def _make(store: Store, missing: dict[tuple[str, str], BuyerCard]) -> None:
    now = timezone.now()
    numbers = next_numbers("CU", day=store_day(now, zone_of(store.time_zone)), count=len(missing))
    customers = [
        _customer(card, number=number, store=store) for number, card in zip(numbers, missing.values(), strict=True)
    ]
    Customer.objects.bulk_create(customers, batch_size=100)
    identities = [
        CustomerIdentity(
            customer=customer,
            store=store,
            kind=kind,
            key_hash=key_hash,
            value=card.external_id if kind == Kind.BUYER_ID else "",
        )
        for customer, ((kind, key_hash), card) in zip(customers, missing.items(), strict=True)
    ]
    won = {row[0] for row in insert_new(identities, conflict=["store", "kind", "key_hash"], returning=["customer"])}
    # Who lost the race leaves no customer behind.
    Customer.objects.filter(pk__in=[customer.pk for customer in customers if customer.pk not in won]).delete()
    _note_candidates([customer for customer in customers if customer.pk in won])


def _customer(card: BuyerCard, *, number: str, store: Store) -> Customer:
    phone, email = card.real_phone, card.real_email
    return Customer(
        number=number,
        name=card.name[:200],
        phone=phone,
        email=email,
        phone_hash=lookup_hash(phone, purpose="phone") if phone else "",
        email_hash=lookup_hash(email, purpose="email") if email else "",
        country=card.country[:60],
        province=card.province[:40],
        city=card.city[:60],
        first_store=store,
    )


def _note_candidates(customers: Sequence[Customer]) -> None:
    """Note who shares a real phone or mail address with a customer that is there already."""
    for field, kind in (("phone_hash", Kind.PHONE), ("email_hash", Kind.EMAIL)):
        mine = {getattr(customer, field): customer.pk for customer in customers if getattr(customer, field)}
        if not mine:
            continue
        others = Customer.objects.filter(Q(**{f"{field}__in": list(mine)}), merged_into__isnull=True)
        pairs = {
            tuple(sorted((pk, mine[key_hash])))
            for pk, key_hash in others.values_list("pk", field)
            if pk != mine[key_hash]
        }
        insert_new(
            [MergeCandidate(first_id=first, second_id=second, reason=kind) for first, second in sorted(pairs)],
            conflict=["first", "second", "reason"],
        )
