"""Addresses of the service desk."""

from django.urls import path

from service_desk import views

app_name = "service_desk"
urlpatterns = [
    path("", views.queue, name="queue"),
    path("<str:number>/", views.ticket, name="ticket"),
    path("<str:number>/talk/", views.talk, name="talk"),
    path("<str:number>/reply/", views.reply, name="reply"),
    path("<str:number>/note/", views.note, name="note"),
    path("<str:number>/assign/", views.assign, name="assign"),
    path("<str:number>/move/", views.move, name="move"),
    path("<str:number>/draft/", views.draft, name="draft"),
    path("<str:number>/attachments/<int:attachment_id>/", views.attachment, name="attachment"),
]
