"""Addresses of the service desk."""

from django.urls import path

from service_desk import views

app_name = "service_desk"
urlpatterns = [
    path("", views.queue, name="queue"),
    path("<str:number>/", views.ticket, name="ticket"),
    path("<str:number>/attachments/<int:attachment_id>/", views.attachment, name="attachment"),
]
