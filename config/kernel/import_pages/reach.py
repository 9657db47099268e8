"""Which imports a person may see and work on, and whose personal data in them."""

from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from config.kernel.importing.handlers import layout_kind, stores_within
from config.kernel.models import ImportBatch, User

VIEW = "kernel.view_importbatch"
ADD = "kernel.add_importbatch"
UNDO = "kernel.change_importbatch"
SEE_ROWS = "kernel.view_importrow"
MEND = "kernel.change_importrow"
SEE_PERSONAL = "membership.unmask_customer"


def reader_of(request: HttpRequest) -> User:
    """The signed-in person."""
    assert isinstance(request.user, User)
    return request.user


def visible_batches(user: User, *, permission: str = VIEW) -> QuerySet[ImportBatch]:
    """Imports into the stores that the person's roles with this permission reach."""
    batches = ImportBatch.objects.select_related("job_run", "created_by")
    stores, is_all = stores_within(user, permission=permission)
    return batches if is_all else batches.filter(store_code__in=[code for code, _name in stores])


def batch_of(request: HttpRequest, batch_id: int, *, permission: str = VIEW) -> ImportBatch:
    """The batch, or 404 when it is not there or not within reach."""
    found = visible_batches(reader_of(request), permission=permission).filter(pk=batch_id).first()
    if found is None:
        raise Http404
    return found


def sees_personal_data(user: User, batch: ImportBatch) -> bool:
    """Whoever brought the file has its content anyway; others need the right to see customers in clear."""
    return batch.created_by_id == user.pk or user.has_perm(SEE_PERSONAL)


def hidden_headings(user: User, batch: ImportBatch) -> frozenset[str]:
    """The columns that this person must not read: personal ones, and those of which nobody said what they hold."""
    if sees_personal_data(user, batch):
        return frozenset()
    personal = layout_kind(batch.layout).personal_fields
    open_ones = {heading for field, heading in batch.mapping.items() if field not in personal}
    return frozenset(batch.headings) - open_ones
