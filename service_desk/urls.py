"""Addresses of the service desk."""

from django.urls import path

from service_desk.desk_pages import answering, bulk, changing, live, queue, ticket

app_name = "service_desk"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("bulk/", bulk.change, name="bulk"),
    path("bulk/<int:change_id>/undo/", bulk.undo, name="bulk-undo"),
    path("<str:number>/", ticket.ticket, name="ticket"),
    path("<str:number>/talk/", live.talk, name="talk"),
    path("<str:number>/walk/", live.walk, name="walk"),
    path("<str:number>/present/", live.present, name="present"),
    path("<str:number>/macros/", live.macros, name="macros"),
    path("<str:number>/context/", changing.context, name="context"),
    path("<str:number>/presence/", live.presence, name="presence"),
    path("<str:number>/reply/", answering.reply, name="reply"),
    path("<str:number>/note/", answering.note, name="note"),
    path("<str:number>/draft/", answering.draft, name="draft"),
    path("<str:number>/attachments/<int:attachment_id>/", answering.attachment, name="attachment"),
    path("<str:number>/assign/", changing.assign, name="assign"),
    path("<str:number>/move/", changing.move, name="move"),
    path("<str:number>/details/", changing.details, name="details"),
    path("<str:number>/merge/<str:other_number>/", changing.merge, name="merge"),
]
