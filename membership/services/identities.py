"""Who bought: the channel's buyer id within a store, else a real phone or mail address, else nobody known."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from catalog.models import Store
from config.kernel.encryption import lookup_hash
from config.kernel.fields import EncryptedTextField
from config.kernel.numbers import next_numbers
from config.kernel.personal import looks_masked, normalise_email, normalise_phone
from config.kernel.sql import insert_new
from config.kernel.store_time import store_day, zone_of
from membership.models import Customer, CustomerIdentity, MergeCandidate

Kind = CustomerIdentity.Kind
AT_ONCE = 400
# Four parameters for each customer.
CONTACTS_AT_ONCE = 100
# Of the many who share one phone, a forwarder's say, each is asked about with the first few.
MOST_ASKED = 20
Key = tuple[str, str]


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
    def key(self) -> Key | None:
        """Kind and keyed hash of the identity; None for a guest."""
        if self.external_id and not looks_masked(self.external_id):
            return Kind.BUYER_ID, lookup_hash(self.external_id, purpose="buyer_id")
        for kind in (Kind.PHONE, Kind.EMAIL):
            if value := self.contact(kind):
                return kind, lookup_hash(value, purpose=kind)
        return None

    def contact(self, kind: str) -> str:
        """The real phone or the real mail address; empty where there is none."""
        return self.real_phone if kind == Kind.PHONE else self.real_email


@dataclass(frozen=True, slots=True)
class _Met:
    """A customer that an identity led to, and by which contacts it is known; an erased one takes no more of them."""

    customer_id: int
    phone: str
    email: str
    is_erased: bool

    def lacks(self, kind: str) -> bool:
        return not self.is_erased and not (self.phone if kind == Kind.PHONE else self.email)


def identify_customers(store: Store, cards: Sequence[BuyerCard]) -> list[int | None]:
    """The customer of each card, made where the store has not met the identity before; None for a guest.

    A fixed number of queries for any number of cards. Two callers that meet the same buyer at once make one customer. A
    known customer without phone or mail address takes the first real one that a card names; another one later does not
    replace it. Who shares a real phone or mail address with somebody else becomes a merge candidate for a person.
    """
    wanted: dict[Key, BuyerCard] = {}
    keys = [card.key for card in cards]
    for key, card in zip(keys, cards, strict=True):
        if key is not None:
            wanted.setdefault(key, card)
    known = _known(store, list(wanted))
    missing = {key: card for key, card in wanted.items() if key not in known}
    if missing:
        known |= _make(store, missing)
    if faster := [key for key in missing if key not in known]:
        known |= _known(store, faster)
    met = [(known[key], card) for key, card in zip(keys, cards, strict=True) if key is not None]
    for kind in (Kind.PHONE, Kind.EMAIL):
        _add_contacts(kind, met)
    return [known[key].customer_id if key is not None else None for key in keys]


def _known(store: Store, keys: Sequence[Key]) -> dict[Key, _Met]:
    found: dict[Key, _Met] = {}
    kept = {
        name: Coalesce(F(f"customer__merged_into__{name}"), F(f"customer__{name}"))
        for name in ("id", "phone_hash", "email_hash", "erased_at")
    }
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        # The kinds are named so that the unique index is used: without them the whole store would be read.
        rows = CustomerIdentity.objects.filter(
            store=store, kind__in={kind for kind, _hash in some}, key_hash__in=[key_hash for _kind, key_hash in some]
        ).values_list("kind", "key_hash", *kept.values())
        found.update(
            {
                (kind, key_hash): _Met(customer, phone, email, erased_at is not None)
                for kind, key_hash, customer, phone, email, erased_at in rows
            }
        )
    return found


def _add_contacts(kind: str, met: Iterable[tuple[_Met, BuyerCard]]) -> None:
    """Give each customer that has none the first real phone or mail address of its cards."""
    wanted: dict[int, str] = {}
    for one, card in met:
        if one.lacks(kind) and one.customer_id not in wanted and (value := card.contact(kind)):
            wanted[one.customer_id] = value
    if wanted:
        _write_contacts(kind, wanted)


@transaction.atomic
def _write_contacts(kind: str, wanted: Mapping[int, str]) -> None:
    column, hashes = f"{kind}_hash", {pk: lookup_hash(value, purpose=kind) for pk, value in wanted.items()}
    for start in range(0, len(wanted), CONTACTS_AT_ONCE):
        some = sorted(wanted)[start : start + CONTACTS_AT_ONCE]
        # Only where there is none yet: of two callers at once the first one's value stays.
        Customer.objects.filter(pk__in=some, erased_at__isnull=True, **{column: ""}).update(
            **{
                kind: _by_key({pk: Value(wanted[pk], output_field=EncryptedTextField()) for pk in some}),
                column: _by_key({pk: Value(hashes[pk]) for pk in some}),
            }
        )
    _note_candidates(kind, hashes)


def _by_key(values: Mapping[int, Value]) -> Case:
    return Case(*[When(pk=pk, then=value) for pk, value in values.items()])


@transaction.atomic
def _make(store: Store, missing: dict[Key, BuyerCard]) -> dict[Key, _Met]:
    """Make a customer for each identity; returns those that nobody else made meanwhile."""
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
    if lost := [customer.pk for customer in customers if customer.pk not in won]:
        Customer.objects.filter(pk__in=lost).delete()
    for kind in (Kind.PHONE, Kind.EMAIL):
        hashes = {customer.pk: getattr(customer, f"{kind}_hash") for customer in customers if customer.pk in won}
        _note_candidates(kind, {pk: key_hash for pk, key_hash in hashes.items() if key_hash})
    return {
        key: _Met(customer.pk, customer.phone_hash, customer.email_hash, is_erased=False)
        for key, customer in zip(missing, customers, strict=True)
        if customer.pk in won
    }


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


def _note_candidates(kind: str, hashes: Mapping[int, str]) -> None:
    """Note which customers share a real phone or mail address with one that is there already.

    Looked at once more after commit: of two that are written at once neither transaction sees the other.
    """
    if not hashes:
        return
    _look_for_candidates(kind, hashes)
    transaction.on_commit(partial(_look_for_candidates, kind, hashes), robust=True)


def _look_for_candidates(kind: str, hashes: Mapping[int, str]) -> None:
    holders = _holders(f"{kind}_hash", sorted(set(hashes.values())))
    pairs = {
        (min(pk, other), max(pk, other))
        for pk, key_hash in hashes.items()
        # Who got another value from somebody faster is not among the holders.
        if pk in holders.get(key_hash, ())
        for other in holders[key_hash][:MOST_ASKED]
        if other != pk
    }
    insert_new(
        [MergeCandidate(first_id=first, second_id=second, reason=kind) for first, second in sorted(pairs)],
        conflict=["first", "second", "reason"],
    )


def _holders(column: str, hashes: Sequence[str]) -> dict[str, list[int]]:
    """The customers of each hash, the first ones first."""
    found: dict[str, list[int]] = {}
    for start in range(0, len(hashes), AT_ONCE):
        there: dict[str, Any] = {f"{column}__in": hashes[start : start + AT_ONCE], "merged_into__isnull": True}
        rows = Customer.objects.filter(**there, erased_at__isnull=True).order_by("pk")
        for pk, key_hash in rows.values_list("pk", column):
            found.setdefault(key_hash, []).append(pk)
    return found
