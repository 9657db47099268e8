"""Two workers and two schedulers at once: a run is one run, a part is done by one worker, goods are ordered once."""

import pytest

from tests.processes import Place
from tests.proof.conftest import Copy
from tests.proof.programs import race, tell

pytestmark = [pytest.mark.race, pytest.mark.process]
DAY = "2011-02-01"

KIND = """
from config.kernel.jobs import JobKind, register, work
def one(part, progress):
    print(f"part{part.number}")
    return {}
def finish(run):
    print("finished")
    return {}
register(JobKind("counting", "Counting", lambda run: [{}] * 6, one, finish))
"""
WORK = """
run = JobRun.objects.get()
at_the_door()
work_on_run(run.pk)
"""
# The part is looked for, and taken without asking once more whether it is free.
TAKE_BLINDLY = """
run = JobRun.objects.get()
def look_and_take(model, *, where, values, order_by="id", **more):
    found = list(model.objects.filter(where).order_by(order_by).values_list("pk", flat=True)[:1])
    work.claim = plain
    at_the_door()
    model.objects.filter(pk__in=found).update(**values)
    return [(pk,) for pk in found]
plain, work.claim = work.claim, look_and_take
work_on_run(run.pk)
"""
PLANNED = (
    KIND
    + """
run = start_run("counting", parameters={}, trigger="schedule")
work._plan(run, work.job_kind("counting"))
"""
)


@pytest.fixture
def night(copy: Copy) -> Place:
    """A shop with a month of history."""
    return copy("night")


def test_two_workers_do_every_part_once_and_finish_once(night: Place) -> None:
    tell(night, PLANNED)
    everything = {f"part{number}": 1 for number in range(1, 7)} | {"finished": 1}
    assert race(night, *[KIND + WORK] * 2) == everything


def test_control_a_part_taken_without_its_condition_is_done_twice(night: Place) -> None:
    tell(night, PLANNED)
    assert race(night, *[KIND + TAKE_BLINDLY] * 2)["part1"] == 2


CHECK = f"""
at_the_door()
more = {{more}}
run = start_run("restock_check", parameters={{"as_of": "{DAY}", "slot": more.get("slot", "night")}}, trigger="schedule",
                store_code="uk", dedupe_key=more.get("key", "restock:{DAY}"))
work_on_run(run.pk)
"""
NIGHTS = """
print(JobRun.objects.filter(kind="restock_check").count(), RestockRun.objects.count(),
      RestockSuggestion.objects.values("sku", "warehouse").distinct().count() == RestockSuggestion.objects.count() > 0)
"""


def test_a_restock_check_started_twice_at_once_is_one_check(night: Place) -> None:
    race(night, *[CHECK.replace("{more}", "{}")] * 2)
    assert tell(night, NIGHTS) == "1 1 True"


def test_control_without_the_nights_key_there_are_two_checks(night: Place) -> None:
    race(night, *[CHECK.replace("{more}", '{"key": None, "slot": "{me}"}')] * 2)
    assert tell(night, NIGHTS) == "2 2 False"


CHECKED = CHECK.replace("{more}", "{}").replace("at_the_door()\n", "")
APPROVE = """
from fulfillment.services import approval
buyer = User.objects.first()
open_ones = list(RestockSuggestion.objects.filter(state="open").values_list("pk", flat=True))
{guard}
at_the_door()
try:
    made = approval.approve_suggestions(open_ones, actor=buyer)
    print("ordered" if made.orders else "nothing")
except IntegrityError:
    print("refused")
"""
BLIND = """
approval.RestockSuggestion = Blind(RestockSuggestion, "state", "quantity")
"""
# The order's own key names its first suggestion, and a suggestion has one line: two more locks behind the same door.
WITHOUT_KEY = (
    BLIND
    + """
create = PurchaseOrder.objects.create
PurchaseOrder.objects.create = lambda **words: create(**{**words, "creation_key": "{me}" + words["creation_key"]})

lines_of = approval._lines
def unlinked(*words, **more):
    made = lines_of(*words, **more)
    for line in made:
        line.suggestion = None
    return made
approval._lines = unlinked
"""
)
ORDERED = """
lines = PurchaseOrderLine.objects
print(PurchaseOrder.objects.count(), lines.count() == lines.values("suggestion").distinct().count() > 0)
"""


@pytest.mark.parametrize(
    ("guard", "said", "ordered"),
    [
        ("", {"ordered": 1, "nothing": 1}, "1 True"),
        (BLIND, {"ordered": 1, "refused": 1}, "1 True"),
        (WITHOUT_KEY, {"ordered": 2}, "2 False"),
    ],
    ids=["guarded", "control: only the keys are left", "control: no guard"],
)
def test_suggestions_approved_by_two_at_once_are_ordered_once(
    night: Place, guard: str, said: dict[str, int], ordered: str
) -> None:
    tell(night, CHECKED)
    assert race(night, *[APPROVE.replace("{guard}", guard)] * 2) == said
    assert tell(night, ORDERED) == ordered
