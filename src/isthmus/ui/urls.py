"""The gallery's address; the composition root mounts it for developers only."""

from django.urls import path

from isthmus.ui import gallery

urlpatterns = [
    path("", gallery.gallery, name="ui-gallery"),
    path("form", gallery.form, name="ui-gallery-form"),
    path("list", gallery.listed, name="ui-gallery-list"),
    path("record", gallery.record, name="ui-gallery-record"),
    path("case", gallery.case, name="ui-gallery-case"),
    path("progress", gallery.progress, name="ui-gallery-progress"),
    path("check", gallery.check, name="ui-gallery-check"),
    path("error", gallery.error, name="ui-gallery-error"),
]
