"""Addresses of the import pages."""

from django.urls import path

from config.kernel.import_pages import batches, blank, rows, steps, upload

app_name = "imports"
urlpatterns = [
    path("", batches.index, name="list"),
    path("new/", upload.upload, name="upload"),
    path("blank/<str:layout>.csv", blank.blank, name="blank"),
    path("<int:batch_id>/", batches.show, name="batch"),
    path("<int:batch_id>/progress/", batches.progress, name="progress"),
    path("<int:batch_id>/columns/", upload.columns, name="columns"),
    path("<int:batch_id>/check/", steps.check, name="check"),
    path("<int:batch_id>/apply/", steps.apply, name="apply"),
    path("<int:batch_id>/resume/", steps.resume, name="resume"),
    path("<int:batch_id>/undo/", steps.undo, name="undo"),
    path("<int:batch_id>/rows/<int:row_id>/", rows.mend, name="mend"),
    path("<int:batch_id>/errors.<str:kind>", rows.download, name="errors"),
]
