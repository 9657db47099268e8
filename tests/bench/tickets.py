"""The ticket pages and the start page of a shop with many tickets."""

from collections.abc import Iterator

from tests.bench.figures import Figure, at_most, bench
from tests.bench.ground import Ground
from tests.bench.lists import asked, page_figure

TARGETS = {"list": at_most(100), "search": at_most(250)}


@bench("tickets", title="Tickets and the start page at 50,000 tickets and 150,000 messages")
def tickets(ground: Ground) -> Iterator[Figure]:
    """The queue at `/desk/` and the start page of who has all rights, on PostgreSQL with 200,000 orders beside, the median
    of nine answers within one process. Searches go through the text of the messages, which is kept encrypted."""
    with ground.postgresql() as place:
        for answer in asked(place, "tests.bench.ask_tickets"):
            yield page_figure(answer, target=TARGETS.get(answer["name"].split(":")[0]))
