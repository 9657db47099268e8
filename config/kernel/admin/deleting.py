"""What goes with a row that is deleted, counted by kind: a page with every single row would ask for each of them."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.contrib.admin.utils import NestedObjects
from django.contrib.auth import get_permission_codename
from django.db import router
from django.db.models import Model
from django.http import HttpRequest
from django.utils.text import capfirst
from unfold.admin import ModelAdmin


class CountedDeletion(ModelAdmin):
    """The page that asks before rows are deleted names the rows, and counts what depends on them."""

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[Any, int], set[Any], list[Any]]:
        chosen = list(objs)
        collector: Any = NestedObjects(using=router.db_for_write(self.model), origin=chosen)
        collector.collect(chosen)
        kinds: dict[type[Model], int] = {model: len(rows) for model, rows in collector.model_objs.items()}
        needed = {model._meta.verbose_name for model in kinds if not self._may_delete(request, model)}
        counts = {str(model._meta.verbose_name_plural): count for model, count in kinds.items()}
        others = [_counted(model, count) for model, count in kinds.items() if model is not self.model]
        return (
            [*map(str, chosen), others] if others else [*map(str, chosen)],
            counts,
            needed,
            _kinds_of(collector.protected),
        )

    def _may_delete(self, request: HttpRequest, model: type[Model]) -> bool:
        # A table without pages of its own goes with its parent; the others ask their own pages.
        pages = self.admin_site._registry.get(model)
        if pages is not None:
            return bool(pages.has_delete_permission(request))
        if model._meta.auto_created:
            return True
        return bool(request.user.has_perm(f"{model._meta.app_label}.{get_permission_codename('delete', model._meta)}"))


def _counted(model: type[Model], count: int) -> str:
    return f"{capfirst(str(model._meta.verbose_name_plural))}: {count:,}"


def _kinds_of(rows: Iterable[Model]) -> list[str]:
    return [_counted(model, count) for model, count in Counter(type(row) for row in rows).items()]
