"""The peer of the segmentation: one statement that computes the same scores and writes them to the same table.

After `segment_customers` ran for 2026-06-30: its run is copied, the statement writes under the copy's key, and the rows of
both are compared one by one.
"""

import time

from django.db import connection

from membership.models import RfmRun, RfmScore
from membership.rfm import SEGMENT_OF, VALUE_SEGMENT_OF
from tests.bench.work import tell

SCORES = """
INSERT INTO membership_rfmscore (run_id, customer_id, recency_days, frequency, monetary, recency_score, frequency_score,
    monetary_score, segment, value_segment, is_dormant)
WITH facts AS (
    SELECT customer_id, date '2026-06-30' - max(paid_on) AS days, count(DISTINCT checkout_ref) AS times,
        sum(base_amount) AS spent
    FROM membership_purchase
    WHERE customer_id IS NOT NULL AND paid_on BETWEEN date '2026-06-30' - 364 AND date '2026-06-30'
        AND NOT EXISTS (
            SELECT 1 FROM membership_purchaserefund back WHERE back.purchase_id = membership_purchase.id
            AND back.refunded_on <= date '2026-06-30' GROUP BY back.purchase_id
            HAVING sum(back.goods_units) >= membership_purchase.goods_units)
    GROUP BY customer_id
), scored AS (
    SELECT *, count(*) OVER () AS n, avg(days) OVER () AS mean_days, avg(times) OVER () AS mean_times,
        avg(spent) OVER () AS mean_spent,
        1 + (5 * (rank() OVER (ORDER BY days DESC) - 1)) / count(*) OVER () AS r,
        1 + (5 * (rank() OVER (ORDER BY times) - 1)) / count(*) OVER () AS f,
        1 + (5 * (rank() OVER (ORDER BY spent) - 1)) / count(*) OVER () AS m
    FROM facts
)
SELECT %(run)s, customer_id, days, times, spent, r, f, m, named.segment, valued.segment, r <= 2 AND days >= 90
FROM scored
JOIN (VALUES {named}) AS named(r, fm, segment) USING (r)
JOIN (VALUES {valued}) AS valued(high_r, high_f, high_m, segment)
    ON high_r = (days <= mean_days) AND high_f = (times >= mean_times) AND high_m = (spent >= mean_spent)
WHERE named.fm = (f + m + 1) / 2
"""
DIFFERENT = """
SELECT count(*) FROM (SELECT * FROM membership_rfmscore WHERE run_id = %s) a
FULL JOIN (SELECT * FROM membership_rfmscore WHERE run_id = %s) b USING (customer_id)
WHERE (a.recency_days, a.frequency, a.monetary, a.recency_score, a.frequency_score, a.monetary_score, a.segment,
    a.value_segment, a.is_dormant) IS DISTINCT FROM (b.recency_days, b.frequency, b.monetary, b.recency_score,
    b.frequency_score, b.monetary_score, b.segment, b.value_segment, b.is_dormant)
"""


def main():
    """Time the statement and compare."""
    ours = RfmRun.objects.get()
    copy = RfmRun.objects.get()
    copy.pk, copy.job_run, copy.is_current = None, None, False
    copy.save()
    named = ", ".join(f"({r}, {fm}, '{name}')" for (r, fm), name in SEGMENT_OF.items())
    valued = ", ".join(f"({r}, {f}, {m}, '{name}')" for (r, f, m), name in VALUE_SEGMENT_OF.items())
    with connection.cursor() as cursor:
        started = time.perf_counter()
        cursor.execute(SCORES.format(named=named, valued=valued), {"run": copy.pk})
        seconds = time.perf_counter() - started
        cursor.execute(DIFFERENT, [ours.pk, copy.pk])
        (different,) = cursor.fetchone()
    tell(seconds=seconds, different=different, scores=RfmScore.objects.filter(run=copy).count())


if __name__ == "__main__":
    main()
