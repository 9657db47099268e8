"""Takes each guard of `docs/locking.md` out and runs the tests that have to notice: `make guards` (ONLY="payment").

A guard is taken out of a copy of the tree, as text, so what is tried is the code as it stands and nothing is left behind.
First all the tests run on the copy as it is: only tests that are green with the guard say something by being red without.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.servers import find_postgres, postgres_server

ROOT = Path(__file__).resolve().parents[1]
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "var", "*_cache", "__pycache__", ".hypothesis", "staticfiles")
# pytest's own: all passed, some failed. Anything else (nothing collected, a broken module) proves nothing.
PASSED, FAILED = 0, 1


@dataclass(frozen=True)
class Cut:
    """A piece of a file, which stands there once, and what takes its place."""

    file: str
    text: str
    instead: str = ""


@dataclass(frozen=True)
class Guard:
    """What keeps two apart, how it is taken out, and the tests that notice. Further cuts remove what stands behind it."""

    name: str
    cuts: tuple[Cut, ...]
    tests: tuple[str, ...]


STOCK = "fulfillment/services/stock"
GUARDS = (
    Guard(
        "stock: a promise asks for free pieces",
        (
            Cut(f"{STOCK}/reservations.py", ", on_hand__gte=F(\"reserved\") + count)", ")"),
            Cut("fulfillment/migrations/0001_initial.py", "models.Q((\"reserved__lte\", models.F(\"on_hand\")))", "models.Q((\"reserved__lte\", 1000))"),
        ),
        ("tests/proof/test_races.py::test_ten_pieces_are_promised_ten_times",),
    ),
    Guard(
        "stock: goods that leave are there",
        (Cut(f"{STOCK}/postings.py", "rows.filter(on_hand__gte=F(\"reserved\") - quantity - posting.from_reserved)", "rows.all()"),),
        ("tests/fulfillment/test_stock.py", "tests/fulfillment/test_stock_machine.py"),
    ),
    Guard(
        "stock: a promise ends once",
        (
            Cut(
                f"{STOCK}/reservations.py",
                "Reservation.objects.filter(pk=one.pk, state__in=Reservation.ACTIVE_STATES, quantity=one.quantity)\n    if to ==",
                "Reservation.objects.filter(pk=one.pk)\n    if to ==",
            ),
        ),
        ("tests/fulfillment/test_stock.py", "tests/fulfillment/test_stock_machine.py"),
    ),
    Guard(
        "stock: a movement is booked once",
        (
            Cut(f"{STOCK}/postings.py", "    if known is not None:\n        return known\n    try:\n", "    try:\n"),
            Cut(f"{STOCK}/postings.py", "insert_new([movement], conflict=[\"idempotency_key\"])", "insert_new([movement], conflict=[\"id\"])"),
        ),
        ("tests/fulfillment/test_stock.py",),
    ),
    Guard(
        "order: one per number of a channel",
        (Cut("fulfillment/services/drafts.py", "conflict=[\"store\", \"external_number\"]", "conflict=[\"id\"]"),),
        ("tests/proof/test_races.py::test_the_same_order_of_a_channel_twenty_times_at_once_is_one",),
    ),
    Guard(
        "order: owned before it is looked at",
        (Cut("fulfillment/services/states.py", "    Order.objects.filter(pk=order_id).update(updated_at=timezone.now())\n"),),
        ("tests/proof/test_races.py::test_an_order_paid_while_it_runs_out_is_kept_or_its_money_is_asked_back",),
    ),
    Guard(
        "order: a move asks for the state it saw",
        (Cut("fulfillment/services/states.py", "Order.objects.filter(pk=order.pk, state=before).update(state=to", "Order.objects.filter(pk=order.pk).update(state=to"),),
        ("tests/fulfillment/test_orders.py",),
    ),
    Guard(
        "payment: one per reference",
        (
            Cut(
                "fulfillment/services/payments.py",
                "source_ref=payment.source_ref,",
                'source_ref=payment.source_ref + __import__("uuid").uuid4().hex,',
            ),
        ),
        ("tests/fulfillment/test_orders.py",),
    ),
    Guard(
        "refund: no more than came in",
        (Cut("fulfillment/services/refunds.py", "Order.objects.filter(pk=order.pk, paid_amount__gte=F(\"refunded_amount\") + amount)", "Order.objects.filter(pk=order.pk)"),),
        ("tests/fulfillment/test_refunds.py",),
    ),
    Guard(
        "refund: no more than the line was",
        (
            Cut("fulfillment/services/refunds.py", "        quantity__gte=F(\"refunded_quantity\") + piece.quantity,\n"),
            Cut("fulfillment/services/refunds.py", "        net_amount__gte=F(\"refunded_amount\") + piece.amount,\n"),
        ),
        ("tests/fulfillment/test_refunds.py",),
    ),
    Guard(
        "parcel: no more than is left",
        (
            Cut("fulfillment/services/dispatch.py", ", quantity__gte=F(\"shipped_quantity\") + count)", ")"),
            Cut("fulfillment/services/dispatch.py", "if not 0 < count <= left.get(line_id, 0):", "if not 0 < count:"),
        ),
        ("tests/fulfillment/test_orders.py", "tests/fulfillment/test_order_machine.py"),
    ),
    Guard(
        "purchase order: a suggestion is taken once",
        (Cut("fulfillment/services/approval.py", "filter(pk=suggestion.pk, state=State.OPEN, quantity=suggestion.quantity)", "filter(pk=suggestion.pk)"),),
        ("tests/proof/test_job_races.py",),
    ),
    Guard(
        "suggestion: changed from what was seen",
        (Cut("fulfillment/services/suggestions.py", "filter(pk=suggestion_id, state=State.OPEN, quantity=before)", "filter(pk=suggestion_id)"),),
        ("tests/fulfillment/test_receiving.py",),
    ),
    Guard(
        "receipt: one per key",
        (
            Cut("fulfillment/services/purchasing.py", "    if known is not None:\n        return known\n    number = next_number(\"GR\"", "    number = next_number(\"GR\""),
            Cut("fulfillment/services/purchasing.py", "        if is_new:\n", "        if True:\n"),
        ),
        ("tests/fulfillment/test_receiving.py",),
    ),
    Guard(
        "receipt: no more than is to come",
        (Cut("fulfillment/services/purchasing.py", "ordered.filter(quantity__gte=F(\"received_quantity\") + F(\"cancelled_quantity\") + arrived)", "ordered"),),
        ("tests/fulfillment/test_receiving.py",),
    ),
    Guard(
        "write over HTTP: the key's row",
        (Cut("config/kernel/idempotency.py", "if not insert_new([row], conflict=[\"user\", \"key\"]):", "if insert_new([row], conflict=[\"user\", \"key\"]) is None:"),),
        ("tests/kernel/test_idempotency.py",),
    ),
    Guard(
        "write over HTTP: who was too slow answers for nobody",
        (Cut("config/kernel/idempotency.py", "state=IdempotencyKey.State.WORKING, lease_until=lease)", "state=IdempotencyKey.State.WORKING)"),),
        ("tests/kernel/test_idempotency.py",),
    ),
    Guard(
        "form: one press",
        (Cut("config/kernel/pressing.py", "if not insert_new([row], conflict=[\"user\", \"key\"]):", "if insert_new([row], conflict=[\"user\", \"key\"]) is None:"),),
        ("tests/kernel/test_pressing.py",),
    ),
    Guard(
        "form: the row is locked before it is compared",
        (Cut("config/kernel/admin/stale_pages.py", "self.model._base_manager.select_for_update().filter", "self.model._base_manager.filter"),),
        ("tests/kernel/test_page_races.py",),
    ),
    Guard(
        "price: the listing is held",
        (Cut("catalog/services/prices.py", "    Listing.objects.filter(pk=listing_id).update(state=F(\"state\"))\n", "    pass\n"),),
        ("tests/catalog/test_price_races.py",),
    ),
    Guard(
        "price: withdrawn once",
        (
            Cut("catalog/services/prices.py", "rows.filter(pk=price.pk, valid_from__gt=now).update(withdrawn_at=now)", "Price.objects.filter(pk=price.pk).update(withdrawn_at=now)"),
        ),
        ("tests/catalog/test_prices.py", "tests/catalog/test_price_races.py"),
    ),
    Guard(
        "ticket: taken from the agent that was seen",
        (Cut("service_desk/services/tickets.py", "filter(pk=ticket.pk, assignee=seen, state__in=Ticket.OPEN_STATES)", "filter(pk=ticket.pk)"),),
        ("tests/proof/test_races.py::test_two_who_take_one_ticket_do_not_both_get_it",),
    ),
    Guard(
        "ticket: an answer waits for the talk",
        (
            Cut(
                "service_desk/services/messages.py",
                "    current = Ticket.objects.select_for_update().get(pk=ticket.pk)\n    if current.state not in Ticket.OPEN_STATES:",
                "    current = Ticket.objects.get(pk=ticket.pk)\n    if current.state not in Ticket.OPEN_STATES:",
            ),
        ),
        ("tests/service_desk/test_reply_races.py",),
    ),
    Guard(
        "run: one per key",
        (Cut("config/kernel/jobs/runs.py", "    run = JobRun(kind=kind_code, dedupe_key=dedupe_key, **values)", "    run = JobRun(kind=kind_code, dedupe_key=None, **values)"),),
        ("tests/kernel/test_jobs.py",),
    ),
    Guard(
        "part: claimed by its condition",
        (Cut("config/kernel/sql.py", "manager.filter(where, pk__in=candidates)", "manager.filter(pk__in=candidates)"),),
        ("tests/proof/test_job_races.py",),
    ),
    Guard(
        "part: a report needs the lease",
        (Cut("config/kernel/jobs/progress.py", "state=JobRunPart.State.RUNNING, lease_token=self.part.lease_token", "state=JobRunPart.State.RUNNING"),),
        ("tests/kernel/test_jobs.py", "tests/kernel/test_jobs_leases.py"),
    ),
    Guard(
        "part: a result needs the lease",
        (Cut("config/kernel/jobs/work.py", "    mine = JobRunPart.objects.filter(pk=part.pk, state=PartState.RUNNING, lease_token=part.lease_token)\n    mine.update(\n        state=PartState.DONE", "    mine = JobRunPart.objects.filter(pk=part.pk)\n    mine.update(\n        state=PartState.DONE"),),
        ("tests/kernel/test_jobs_leases.py",),
    ),
    Guard(
        "part: an error needs the lease",
        (Cut("config/kernel/jobs/work.py", "    mine = JobRunPart.objects.filter(pk=part.pk, state=PartState.RUNNING, lease_token=part.lease_token)\n    state = PartState.FAILED", "    mine = JobRunPart.objects.filter(pk=part.pk)\n    state = PartState.FAILED"),),
        ("tests/kernel/test_jobs_leases.py",),
    ),
    Guard(
        "run: the plan is written once",
        (Cut("config/kernel/jobs/work.py", "insert_new(rows, conflict=[\"run\", \"number\"])", "JobRunPart.objects.bulk_create(rows)"),),
        ("tests/kernel/test_jobs_leases.py", "tests/kernel/test_jobs.py"),
    ),
    Guard(
        "run: the finish needs the lease",
        (Cut("config/kernel/jobs/work.py", "JobRun.objects.filter(pk=run.pk, lease_token=token, state=State.FINISHING).update(", "JobRun.objects.filter(pk=run.pk).update("),),
        ("tests/kernel/test_jobs_leases.py",),
    ),
    Guard(
        "run: closed once",
        (Cut("config/kernel/jobs/work.py", "    if token is not None:\n        still_open = still_open.filter(lease_token=token)\n"),),
        ("tests/kernel/test_jobs_leases.py",),
    ),
    Guard(
        "outbox: a message is written once",
        (Cut("config/kernel/outbox.py", "row = OutboxMessage(kind=kind, key=key,", "row = OutboxMessage(kind=kind, key=key + secrets.token_hex(4),"),),
        ("tests/kernel/test_outbox.py",),
    ),
    Guard(
        "outbox: a message is free when its lease is out",
        (Cut("config/kernel/outbox.py", "Q(state=State.SENDING, lease_until__lt=now)", "Q(state=State.SENDING)"),),
        ("tests/kernel/test_outbox.py",),
    ),
    Guard(
        "import: the cursor moves from where it was read",
        (Cut("config/kernel/importing/batches.py", "ImportBatch.objects.filter(pk=batch.pk, cursor=batch.cursor, state=State.APPLYING)", "ImportBatch.objects.filter(pk=batch.pk)"),),
        ("tests/fulfillment/test_import_batches.py",),
    ),
    Guard(
        "import: mending holds the batch",
        (Cut("config/kernel/importing/mending.py", ".update(cursor=F(\"cursor\"))", ".count()"),),
        ("tests/kernel/test_import_mending_races.py",),
    ),
    Guard(
        "inbox: a message is replayed by one",
        (Cut("fulfillment/services/inbox.py", "InboxMessage.objects.filter(pk=message.pk, state=message.state, lease_token=message.lease_token)", "InboxMessage.objects.filter(pk=message.pk)"),),
        ("tests/fulfillment/test_api_orders.py", "tests/fulfillment/test_intake.py"),
    ),
    Guard(
        "stale day: a mark that came meanwhile stays",
        (Cut("config/kernel/stale.py", "store_code=store_code, day=day, pk__lte=up_to_id).delete()", "store_code=store_code, day=day).delete()"),),
        ("tests/kernel/test_stale.py",),
    ),
)  # fmt: skip


def cut_tree(tree: Path, guard: Guard) -> list[tuple[Path, str]]:
    """Take the guard out of a tree; what stood in its files before, to put back. Raises ValueError where it is not."""
    before = {cut.file: (tree / cut.file).read_text(encoding="utf-8") for cut in guard.cuts}
    after = dict(before)
    for cut in guard.cuts:
        if after[cut.file].count(cut.text) != 1:
            raise ValueError(
                f"{guard.name}: {cut.file} holds this {after[cut.file].count(cut.text)} times: {cut.text!r}"
            )
        after[cut.file] = after[cut.file].replace(cut.text, cut.instead)
    for name, text in after.items():
        (tree / name).write_text(text, encoding="utf-8")
    return [(tree / name, text) for name, text in before.items()]


def run_tests(tree: Path, tests: tuple[str, ...], *, until_first: bool) -> tuple[int, str]:
    """pytest's answer and the end of what it printed."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "not browser", *tests]
    if until_first:
        command.append("-x")
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout[-3000:]


def try_guards(tree: Path, guards: list[Guard]) -> list[str]:
    """Try each guard; what was not noticed, or could not be tried."""
    wrong = []
    tests = tuple(sorted({test for guard in guards for test in guard.tests}))
    answer, text = run_tests(tree, tests, until_first=False)
    print(f"with every guard: {'green' if answer == PASSED else 'RED'}", flush=True)
    if answer != PASSED:
        return [f"the tests are red with every guard in its place:\n{text}"]
    for guard in guards:
        started = time.monotonic()
        before = cut_tree(tree, guard)
        answer, text = run_tests(tree, guard.tests, until_first=True)
        for path, content in before:
            path.write_text(content, encoding="utf-8")
        said = {PASSED: "NOT NOTICED", FAILED: "red without it"}.get(answer, "NOT TRIED")
        print(f"{said}: {guard.name} ({time.monotonic() - started:.0f} s)", flush=True)
        if answer != FAILED:
            wrong.append(f"{said}: {guard.name}" + ("" if answer == PASSED else f"\n{text}"))
    return wrong


def main() -> int:
    """0 when every guard was missed by its tests."""
    only = " ".join(sys.argv[1:])
    chosen = [guard for guard in GUARDS if only in guard.name]
    with ExitStack() as held:
        tree = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="zhanggui-guards-"))) / "tree"
        shutil.copytree(ROOT, tree, ignore=LEFT_OUT)
        if find_postgres() is not None:
            os.environ["TEST_SERVER_URL"] = held.enter_context(postgres_server())
        wrong = try_guards(tree, chosen)
    print(f"guards={len(chosen)} wrong={len(wrong)}", *wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
