"""An empty table of a layout: every heading it knows, to be filled in by hand."""

import io

from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from config.kernel.import_pages.reach import ADD
from config.kernel.importing.export import write_csv
from config.kernel.importing.handlers import known_layouts, layout_kind
from config.kernel.importing.headings import FieldSpec


def heading_of(field: FieldSpec) -> str:
    """The first known heading in the reader's language, or the first of all; Chinese is told by not being ASCII."""
    wants_ascii = (get_language() or "").startswith("en")
    fitting = (alias for alias in field.aliases if alias.isascii() == wants_ascii)
    return next(fitting, field.aliases[0])


@require_safe
@login_required
@permission_required(ADD, raise_exception=True)
def blank(request: HttpRequest, layout: str) -> HttpResponse:
    """The headings of a layout as CSV, those that must be filled in first."""
    if layout not in known_layouts():
        raise Http404
    fields = sorted(layout_kind(layout).fields, key=lambda field: not field.required)
    stream = io.BytesIO()
    write_csv(stream, headings=[heading_of(field) for field in fields], rows=[])
    response = HttpResponse(stream.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{layout}.csv"'
    return response
