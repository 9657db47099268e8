"""The category tree: paths that stay right when a node moves."""

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from catalog.models import Category
from config.kernel.errors import InvalidInput


def lies_below(parent: Category | None, category: Category) -> bool:
    """Whether `parent` is the category itself or lies somewhere below it."""
    if parent is None or category.pk is None:
        return False
    path = Category.objects.filter(pk=category.pk).values_list("path", flat=True).first()
    return bool(path) and parent.path.startswith(str(path))


@transaction.atomic
def save_category(category: Category) -> Category:
    """Save a node and bring the paths of its subtree up to date. Raises InvalidInput for a node below itself."""
    _hold_tree()
    # Another move may have changed the paths since the form was read.
    parent = Category.objects.get(pk=category.parent_id) if category.parent_id else None
    path = f"{parent.path}{category.code}/" if parent else f"{category.code}/"
    old_path = Category.objects.filter(pk=category.pk).values_list("path", flat=True).first() if category.pk else None
    if lies_below(parent, category):
        no = _("A category cannot lie below itself.")
        raise InvalidInput("category_cycle", no, fields={"parent": [no]})
    category.path = path
    category.save()
    if old_path and old_path != path:
        below = Category.objects.filter(path__startswith=old_path).exclude(pk=category.pk)
        below.update(path=Concat(Value(path), Substr("path", len(old_path) + 1)))
    return category


def _hold_tree() -> None:
    """Make one row the lock of the tree: two moves at once could each put a node below the other."""
    first = Category.objects.order_by("pk").values("pk")[:1]
    Category.objects.filter(pk__in=first).update(code=F("code"))
