"""`/api/v1/tickets/`: channels hand in what customers write, programs read tickets."""

from collections.abc import Mapping
from typing import Any

import django_filters
from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.models import Store
from config.kernel.api_moments import MomentRangeFilter
from config.kernel.errors import NotFound
from config.kernel.models import User
from fulfillment.models import Order
from fulfillment.queries.orders import reachable_store
from service_desk.models import Ticket, TicketMessage
from service_desk.queries import visible_tickets
from service_desk.serializers import (
    NewMessageSerializer,
    NewTicketSerializer,
    TicketDetailSerializer,
    TicketMessageSerializer,
    TicketSerializer,
)
from service_desk.services import receive_message, take_up_conversation
from service_desk.services.tickets import NewTicket


class TicketFilter(django_filters.FilterSet):
    """The fixed list of filters."""

    store = django_filters.CharFilter(field_name="store__code")
    assignee = django_filters.CharFilter(field_name="assignee__username")
    opened_at = MomentRangeFilter()

    class Meta:
        model = Ticket
        fields = ["state", "kind", "priority", "contact_channel"]


class TicketViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Ticket]):
    """Tickets within the caller's stores."""

    queryset = Ticket.objects.none()
    lookup_field = "number"
    lookup_value_regex = "[A-Z0-9]+"
    filterset_class = TicketFilter

    def get_queryset(self) -> QuerySet[Ticket]:
        """What the caller's roles reach."""
        user = self.request.user
        if not isinstance(user, User):
            return Ticket.objects.none()
        tickets = visible_tickets(user).select_related("store", "order", "customer", "assignee")
        if self.action == "list":
            return tickets
        # What a channel reads it may show to the customer: notes are given to those only who ask for them by name.
        talk = TicketMessage.objects.all()
        if self.request.query_params.get("notes") != "1":
            talk = talk.filter(is_note=False)
        return tickets.prefetch_related(Prefetch("messages", queryset=talk))

    def get_serializer_class(self) -> Any:
        """Lists are short, a single ticket brings its talk."""
        return TicketSerializer if self.action == "list" else TicketDetailSerializer

    @extend_schema(request=NewTicketSerializer, responses={201: TicketDetailSerializer, 200: TicketDetailSerializer})
    def create(self, request: Request) -> Response:
        """Open a ticket with its first message; an open conversation of the same `external_ref` gets the message instead."""
        assert isinstance(request.user, User)
        form = NewTicketSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        store = reachable_store(request.user, code=form.validated_data["store"], permission="service_desk.add_ticket")
        if store is None:
            raise NotFound("store_not_found", _("There is no such store."), fields={"store": [_("Not known.")]})
        sent_at = form.validated_data.get("sent_at") or timezone.now()
        ticket, is_new = take_up_conversation(_new_ticket(store, form.validated_data), now=sent_at)
        message_id = form.validated_data["message_id"]
        receive_message(ticket, body=form.validated_data["body"], sent_at=sent_at, external_id=message_id)
        answer = TicketDetailSerializer(self.get_queryset().filter(pk=ticket.pk).first() or ticket)
        return Response(answer.data, status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)

    @extend_schema(request=NewMessageSerializer, responses={201: TicketMessageSerializer})
    @action(detail=True, methods=["post"])
    def messages(self, request: Request, number: str) -> Response:
        """Add a message of the customer; the same `message_id` again changes nothing."""
        ticket = self.get_object()
        form = NewMessageSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        message = receive_message(
            ticket,
            body=form.validated_data["body"],
            sent_at=form.validated_data.get("sent_at") or timezone.now(),
            external_id=form.validated_data["message_id"],
        )
        return Response(TicketMessageSerializer(message).data, status=status.HTTP_201_CREATED)


def _new_ticket(store: Store, new: Mapping[str, Any]) -> NewTicket:
    order = _order(store, number=new["order_number"])
    return NewTicket(
        subject=new["subject"],
        store=store,
        contact_channel=new["contact_channel"],
        customer=order.customer if order else None,
        order=order,
        kind=new["kind"],
        external_ref=new["external_ref"],
    )


def _order(store: Store, *, number: str) -> Order | None:
    if not number:
        return None
    order = Order.objects.filter(store=store, number=number).select_related("customer").first()
    if order is None:
        raise NotFound("order_unknown", _("This store has no order with that number."))
    return order
