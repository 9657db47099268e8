"""The segmentation of many customers against one statement of SQL."""

from collections.abc import Iterator

from tests.bench.figures import Figure, at_most, bench
from tests.bench.ground import Ground, measured_run
from tests.bench.scale import scaled, shrunk
from tests.bench.work import program, told

RUN = ("manage.py", "segment_customers", "--as-of", "2026-06-30")


@bench("rfm", title="RFM segmentation")
def rfm(ground: Ground) -> Iterator[Figure]:
    """The whole command (freeze, cuts, scores by parts, totals) on made customers and purchases of a year on PostgreSQL.

    The peer is one INSERT .. SELECT that ranks, names the segments and writes the same rows to the same table, after ours,
    with the facts in memory; the rows are compared and none may differ. It knows no refunds of loose sales and no re-run.
    """
    customers, purchases = scaled(1_000_000), scaled(10_000_000)
    with ground.postgresql() as place:
        measured_run(place, *program("fill_purchases"), str(customers), str(purchases))
        ours = measured_run(place, *RUN)
        sql = told(measured_run(place, *program("score_by_sql")))
    size = shrunk(f"{customers:,} customers, {purchases:,} purchases, {sql['scores']:,.0f} scored")
    yield Figure("segmentation, whole command", ours.seconds, "s", megabytes=ours.megabytes, remark=size)
    yield Figure("one statement of SQL", sql["seconds"], "s", remark="scores alone, no totals")
    yield Figure("rows that differ", sql["different"], "rows", at_most(0))
    yield Figure("ours to the statement", ours.seconds / sql["seconds"], "x", at_most(1.2))
