"""Shapes of tickets and messages for programs."""

from rest_framework import serializers

from config.kernel.api_moments import MomentField
from service_desk.models import Ticket, TicketMessage
from service_desk.services.messages import LONGEST_MESSAGE


class TicketMessageSerializer(serializers.ModelSerializer[TicketMessage]):
    """One public message or note."""

    class Meta:
        model = TicketMessage
        fields = ["id", "author", "is_note", "body", "external_id", "sent_at"]


class TicketSerializer(serializers.ModelSerializer[Ticket]):
    """A ticket as lists show it."""

    store = serializers.SlugRelatedField(slug_field="code", read_only=True)  # type: ignore[var-annotated]
    order = serializers.SlugRelatedField(slug_field="number", read_only=True, allow_null=True)  # type: ignore[var-annotated]
    customer = serializers.SlugRelatedField(slug_field="number", read_only=True, allow_null=True)  # type: ignore[var-annotated]
    assignee = serializers.SlugRelatedField(slug_field="username", read_only=True, allow_null=True)  # type: ignore[var-annotated]

    class Meta:
        model = Ticket
        fields = [
            "number",
            "subject",
            "store",
            "customer",
            "order",
            "contact_channel",
            "external_ref",
            "kind",
            "priority",
            "state",
            "assignee",
            "tags",
            "opened_at",
            "first_replied_at",
            "last_message_at",
            "resolved_at",
            "closed_at",
        ]
        read_only_fields = fields


class TicketDetailSerializer(TicketSerializer):
    """A ticket with its talk."""

    messages = TicketMessageSerializer(many=True, read_only=True)

    class Meta(TicketSerializer.Meta):
        fields = [*TicketSerializer.Meta.fields, "messages"]
        read_only_fields = fields


class NewTicketSerializer(serializers.Serializer[None]):
    """A customer's first message."""

    # Looked up within the caller's sight, where a store that does not exist and one out of sight are the same.
    store = serializers.CharField(max_length=40)
    subject = serializers.CharField(max_length=200)
    body = serializers.CharField(max_length=LONGEST_MESSAGE)
    contact_channel = serializers.ChoiceField(choices=Ticket.ContactChannel.choices)
    kind = serializers.ChoiceField(choices=Ticket.Kind.choices, default=Ticket.Kind.ENQUIRY)
    external_ref = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    message_id = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    order_number = serializers.CharField(max_length=20, required=False, allow_blank=True, default="")
    sent_at = MomentField(required=False)


class NewMessageSerializer(serializers.Serializer[None]):
    """A further message of the customer."""

    body = serializers.CharField(max_length=LONGEST_MESSAGE)
    message_id = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    sent_at = MomentField(required=False)
