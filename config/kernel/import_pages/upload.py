"""The first two steps: the file, and what its columns hold."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from config.kernel.errors import DomainError
from config.kernel.import_pages.forms import UploadForm
from config.kernel.import_pages.mapping_form import MappingForm, suggested
from config.kernel.import_pages.reach import ADD, batch_of, hidden_headings, reader_of
from config.kernel.importing.batches import upload_batch
from config.kernel.importing.handlers import known_layouts, layout_kind, stores_within
from config.kernel.importing.jobs import CHECK, start_import
from config.kernel.importing.mapping import OPEN_STATES, FileLook, keep_mapping, look_into, settle_mapping
from config.kernel.importing.problems import FileProblem
from config.kernel.models import ImportBatch, ImportMapping
from config.kernel.pressing import once_per_press
from config.kernel.uploads import takes_uploads

KEEP = "kernel.add_importmapping"


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(ADD, raise_exception=True)
@takes_uploads(setting="UPLOAD_LIMIT_BYTES")
def upload(request: HttpRequest) -> HttpResponse:
    """Choose a file and say what it is; a file that cannot be read is refused at once, in words."""
    stores, is_all = stores_within(reader_of(request), permission=ADD)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    # A link may have chosen the kind and the store already; what is not offered stays unchosen.
    chosen = {name: request.GET[name] for name in ("layout", "store") if request.GET.get(name)}
    form = UploadForm(*posted, stores=stores, may_name_store=is_all, initial=chosen)

    def take_in() -> HttpResponse:
        batch = _taken_in(request, form)
        return redirect("imports:columns", batch.pk) if batch is not None else show()

    def show() -> HttpResponse:
        return _upload_page(request, form, was_posted=bool(posted), has_stores=bool(stores), may_name=is_all)

    # Reading a large file takes long: no transaction is held open meanwhile.
    is_sent = bool(posted) and form.is_valid()
    return once_per_press(request, take_in, in_one_transaction=False) if is_sent else show()


def _upload_page(request: HttpRequest, form: UploadForm, **more: bool) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": _("Import a file"),
        "form": form,
        "blanks": [(code, layout_kind(code).label) for code in known_layouts()],
        **more,
    }
    return render(request, "kernel/import_upload.html", context)


def _taken_in(request: HttpRequest, form: UploadForm) -> ImportBatch | None:
    file: UploadedFile[bytes] = form.cleaned_data["file"]
    newest = ImportBatch.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    with _on_disk(file) as path:
        try:
            look_into(path)
            batch = upload_batch(
                path,
                layout=form.cleaned_data["layout"],
                store_code=form.store_code,
                policy=form.cleaned_data["policy"],
                created_by=reader_of(request),
                file_name=file.name or "",
            )
        except FileProblem as problem:
            form.add_error("file", problem.message)
            return None
    if batch.pk <= newest:
        messages.info(request, _("This file is on its way already: go on with it here."))
    return batch


@contextmanager
def _on_disk(file: "UploadedFile[bytes]") -> Iterator[Path]:
    """The upload as a file of its own, under an ending that says nothing."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        with path.open("wb") as stream:
            for piece in file.chunks():
                stream.write(piece)
        yield path


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(ADD, raise_exception=True)
def columns(request: HttpRequest, batch_id: int) -> HttpResponse:
    """The first rows as they were read, and for each column the field that it holds; settled, the check begins."""
    batch = batch_of(request, batch_id, permission=ADD)
    if batch.state not in OPEN_STATES:
        messages.warning(request, _("The import has begun: its columns can no longer be changed."))
        return redirect("imports:batch", batch.pk)
    look = _look_again(request, batch)
    if look is None:
        return redirect("imports:batch", batch.pk)
    form = _mapping_form(request, batch, look)
    if request.method == "POST" and form.is_valid() and _settled(request, batch, form, look):
        start_import(batch, kind=CHECK, requested_by=reader_of(request))
        return redirect("imports:batch", batch.pk)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("What the columns hold"),
        "batch": batch,
        "layout": layout_kind(batch.layout),
        "look": look,
        "form": form,
        "saved": ImportMapping.objects.filter(layout=batch.layout).order_by("name"),
        "hidden": hidden_headings(reader_of(request), batch) if batch.headings else (),
        "mended": batch.rows.filter(state="mended").count(),
    }
    return render(request, "kernel/import_columns.html", context)


def _look_again(request: HttpRequest, batch: ImportBatch) -> FileLook | None:
    """The first rows of the file that was kept; nothing, and a message, when it cannot be read any more."""
    if not batch.file:
        messages.error(request, _("The file is no longer kept here: bring it in once more."))
        return None
    try:
        return look_into(Path(batch.file.path))
    except (FileProblem, OSError) as problem:
        messages.error(request, _("The file can no longer be read: %(problem)s") % {"problem": problem})
        return None


def _mapping_form(request: HttpRequest, batch: ImportBatch, look: FileLook) -> MappingForm:
    proposal, chosen = look.propose(batch.layout), dict(batch.mapping)
    wanted = request.GET.get("saved", "")
    saved = ImportMapping.objects.filter(layout=batch.layout, pk=wanted).first() if wanted.isdecimal() else None
    if saved is not None:
        chosen = dict(saved.columns)
    return MappingForm(
        request.POST if request.method == "POST" else None,
        look=look,
        fields=layout_kind(batch.layout).fields,
        chosen=chosen or suggested(proposal),
        proposal=None if chosen else proposal,
        may_keep=request.user.has_perm(KEEP),
    )


def _settled(request: HttpRequest, batch: ImportBatch, form: MappingForm, look: FileLook) -> bool:
    try:
        settle_mapping(batch, columns=form.mapping, headings=look.headings)
    except DomainError as error:
        form.add_error(None, str(error.message))
        return False
    name = form.cleaned_data.get("save_as", "").strip()
    if name:
        keep_mapping(batch.layout, name=name, columns=form.mapping, by=reader_of(request))
        messages.success(request, _("The mapping is kept as “%(name)s”.") % {"name": name})
    return True
