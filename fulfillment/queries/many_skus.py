"""The condition for the SKUs of one part of a job."""

from collections.abc import Sequence

from django.db.models import Q


def of_skus(sku_ids: Sequence[int], *, field: str = "sku") -> Q:
    """Rows of these SKUs. Where they lie close together it is a range, and a few others may be among them: a list of
    thousands of ids takes longer to send than the rows to read.
    """
    if sku_ids and max(sku_ids) - min(sku_ids) < 2 * len(sku_ids):
        return Q(**{f"{field}__gte": min(sku_ids), f"{field}__lte": max(sku_ids)})
    return Q(**{f"{field}__in": list(sku_ids)})
