"""`/api/v1/tickets/`: channels hand in what customers write, programs read tickets."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from config.kernel.errors import NotFound
from config.kernel.models import User
from fulfillment.models import Order
from service_desk.models import Ticket
from service_desk.queries import visible_tickets
from service_desk.serializers import (
    NewMessageSerializer,
    NewTicketSerializer,
    TicketDetailSerializer,
    TicketMessageSerializer,
    TicketSerializer,
)
from service_desk.services import open_ticket, receive_message
from service_desk.services.tickets import NewTicket


class TicketFilter(django_filters.FilterSet):
    """The fixed list of filters."""

    store = django_filters.CharFilter(field_name="store__code")
    assignee = django_filters.CharFilter(field_name="assignee__username")
    opened_at = django_filters.IsoDateTimeFromToRangeFilter()

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
        return tickets if self.action == "list" else tickets.prefetch_related("messages")

    def get_serializer_class(self) -> Any:
        """Lists are short, a single ticket brings its talk."""
        return TicketSerializer if self.action == "list" else TicketDetailSerializer

    @extend_schema(request=NewTicketSerializer, responses={201: TicketDetailSerializer, 200: TicketDetailSerializer})
    def create(self, request: Request) -> Response:
        """Open a ticket with its first message; an open conversation of the same `external_ref` gets the message instead."""
        form = NewTicketSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        new = form.validated_data
        sent_at = new.get("sent_at") or timezone.now()
        ticket = self._open_conversation(new)
        is_new = ticket is None
        if ticket is None:
            order = self._order(new)
            ticket = open_ticket(
                NewTicket(
                    subject=new["subject"],
                    store=new["store"],
                    contact_channel=new["contact_channel"],
                    customer=order.customer if order else None,
                    order=order,
                    kind=new["kind"],
                    external_ref=new["external_ref"],
                ),
                now=sent_at,
            )
        receive_message(ticket, body=new["body"], sent_at=sent_at, external_id=new["message_id"])
        answer = TicketDetailSerializer(self.get_queryset().filter(pk=ticket.pk).first() or ticket)
        return Response(answer.data, status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)

    def _open_conversation(self, new: dict[str, Any]) -> Ticket | None:
        if not new["external_ref"]:
            return None
        ended = [Ticket.State.CLOSED, Ticket.State.MERGED, Ticket.State.SPAM]
        same = Ticket.objects.filter(
            store=new["store"], contact_channel=new["contact_channel"], external_ref=new["external_ref"]
        )
        return same.exclude(state__in=ended).first()

    def _order(self, new: dict[str, Any]) -> Order | None:
        if not new["order_number"]:
            return None
        order = Order.objects.filter(store=new["store"], number=new["order_number"]).select_related("customer").first()
        if order is None:
            raise NotFound("order_unknown", _("This store has no order with that number."))
        return order

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
