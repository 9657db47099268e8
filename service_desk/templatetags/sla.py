"""How a ticket's next clock reads at a glance."""

from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from service_desk.models import Ticket
from service_desk.sla_words import span_words

register = template.Library()
SOON = timedelta(minutes=10)


@register.filter
def ago(moment: datetime) -> str:
    """How long ago a moment was, in its largest unit alone."""
    days = (timezone.now() - moment).days
    if days >= 60:
        return ngettext("%(count)d month ago", "%(count)d months ago", days // 30) % {"count": days // 30}
    return _("%(span)s ago") % {"span": span_words(max(timezone.now() - moment, timedelta()))}


@register.simple_tag
def sla_chip(ticket: Ticket) -> SafeString:
    """The chip of the next clock: due, overdue, paused; nothing where none runs."""
    if ticket.sla_is_paused:
        return format_html('<span class="zg-chip">{}</span>', pgettext("sla", "clock paused"))
    if ticket.sla_due_at is None:
        return SafeString("")
    left = ticket.sla_due_at - timezone.now()
    if left < timedelta():
        tone, words = "bad", _("overdue %(span)s") % {"span": span_words(-left)}
    else:
        tone, words = ("warning" if left <= SOON else "good"), _("due in %(span)s") % {"span": span_words(left)}
    return format_html(
        '<time class="zg-chip zg-sla-{}" datetime="{}" data-words="{}">{}</time>',
        tone,
        ticket.sla_due_at.isoformat(),
        # What desk.js says as time goes by: due, overdue, minutes, hours, days.
        "|".join((_("due in %(span)s"), _("overdue %(span)s"), _("%(count)d min"), _("%(count)d h"), _("%(count)d d"))),
        words,
    )
