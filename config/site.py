"""The navigation: the rooms in the order of the loop, and in each the pages that the signed-in person may open."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.kernel.models import User

Text = str | Promise


@dataclass(frozen=True)
class Page:
    """One link: its title, icon (Material Symbols), address name and the permission that opens it."""

    title: Text
    icon: str
    address: str
    permission: str = ""


def table(title: Text, icon: str, model: str) -> Page:
    """The admin list of a table, for everybody who may view it; `model` is "app.model"."""
    app_label, name = model.split(".")
    return Page(title, icon, f"admin:{app_label}_{name}_changelist", f"{app_label}.view_{name}")


LONGEST_OPEN_GROUP = 4
GROUPS: tuple[tuple[Text, tuple[Page, ...]], ...] = (
    (
        _("Today"),
        (
            Page(_("Start page"), "home", "start"),
            table(_("Work items"), "task_alt", "kernel.workitem"),
        ),
    ),
    (
        _("Goods"),
        (
            table(_("Products"), "inventory_2", "catalog.product"),
            table(_("SKUs"), "barcode", "catalog.sku"),
            table(_("Listings"), "sell", "catalog.listing"),
            table(_("Prices"), "payments", "catalog.price"),
            table(_("Categories"), "account_tree", "catalog.category"),
            table(_("Brands"), "workspace_premium", "catalog.brand"),
            table(_("Channels"), "hub", "catalog.channel"),
            table(_("Stores"), "storefront", "catalog.store"),
        ),
    ),
    (
        _("Marketing"),
        (
            table(_("Campaign calendar"), "event", "marketing.eventperiod"),
            table(_("Events"), "celebration", "marketing.campaignevent"),
            table(_("Channel spend"), "ads_click", "marketing.channelspend"),
            table(_("Traffic sources"), "alt_route", "marketing.trafficsource"),
        ),
    ),
    (
        _("Members"),
        (
            table(_("Customers"), "group", "membership.customer"),
            Page(_("RFM segments"), "grid_view", "membership:rfm", "membership.view_rfmrun"),
            table(_("RFM runs"), "donut_small", "membership.rfmrun"),
            table(_("RFM policies"), "rule", "membership.rfmpolicy"),
            table(_("Segment strategies"), "strategy", "membership.segmentstrategy"),
            table(_("Possible duplicates"), "join_inner", "membership.mergecandidate"),
        ),
    ),
    (
        _("Orders"),
        (
            Page(_("Orders"), "receipt_long", "orders:list", "fulfillment.view_order"),
            table(_("Refunds"), "undo", "fulfillment.refund"),
            table(_("Shortages"), "production_quantity_limits", "fulfillment.shortline"),
            table(_("Sales ledger"), "menu_book", "fulfillment.salesentry"),
            table(_("Incoming messages"), "inbox", "kernel.inboxmessage"),
        ),
    ),
    (
        _("Stock"),
        (
            table(_("Stock"), "warehouse", "fulfillment.stockbalance"),
            table(_("Stock movements"), "swap_vert", "fulfillment.stockmovement"),
            Page(_("Restock"), "fact_check", "restock:overview", "fulfillment.view_restockrun"),
            Page(
                _("Restock suggestions"),
                "add_shopping_cart",
                "restock:suggestions",
                "fulfillment.view_restocksuggestion",
            ),
            Page(_("Purchase orders"), "local_shipping", "restock:orders", "fulfillment.view_purchaseorder"),
            table(_("Restock checks"), "history", "fulfillment.restockrun"),
            table(_("Suppliers"), "factory", "fulfillment.supplier"),
            table(_("Warehouses"), "home_work", "fulfillment.warehouse"),
            table(_("Restock policies"), "policy", "fulfillment.restockpolicy"),
            table(_("Forecast accuracy"), "query_stats", "fulfillment.forecastaccuracy"),
        ),
    ),
    (
        _("Service"),
        (
            Page(
                _("Service desk"),
                "support_agent",
                "service_desk:queue",
                "service_desk.view_ticket",
            ),
            table(_("Tickets"), "confirmation_number", "service_desk.ticket"),
            table(_("Ticket queues"), "queue", "service_desk.ticketqueue"),
            table(_("Canned answers"), "quickreply", "service_desk.macro"),
            table(_("SLA policies"), "timer", "service_desk.slapolicy"),
            table(_("Service calendars"), "calendar_clock", "service_desk.servicecalendar"),
            table(_("SLA cycles"), "hourglass", "service_desk.slacycle"),
        ),
    ),
    (
        _("Data"),
        (
            Page(_("Boards"), "monitoring", "analytics:index", "analytics.view_storeday"),
            Page(_("Reports"), "summarize", "analytics:reports", "analytics.view_report"),
            table(_("Report subscriptions"), "mail", "analytics.reportsubscription"),
            table(_("Store days"), "calendar_view_day", "analytics.storeday"),
            Page(_("Imports"), "upload_file", "imports:list", "kernel.view_importbatch"),
            table(_("Job runs"), "play_circle", "kernel.jobrun"),
        ),
    ),
    (
        _("Machine room"),
        (
            table(_("Staff"), "badge", "kernel.user"),
            table(_("Role scopes"), "shield_person", "kernel.rolescope"),
            table(_("Schedules"), "schedule", "django_celery_beat.periodictask"),
            table(_("Settings"), "tune", "constance.config"),
            table(_("Outgoing messages"), "outbox", "kernel.outboxmessage"),
            table(_("Audit trail"), "policy_alert", "kernel.auditentry"),
            table(_("Exchange rates"), "currency_exchange", "kernel.exchangerate"),
            table(_("Calendar days"), "calendar_month", "kernel.calendarday"),
        ),
    ),
)


def navigation(request: HttpRequest) -> list[dict[str, object]]:
    """Groups of links that the signed-in person may open, in the form the admin theme reads."""
    groups = [
        (title, [(page, reverse(page.address)) for page in pages if _may_open(request, page)])
        for title, pages in GROUPS
    ]
    links = [link for _title, pages in groups for _page, link in pages]
    # Of /boards/ and /boards/reports/ the longer one is where the reader is.
    here = max((link for link in links if _leads_to(link, request.path)), key=len, default="")
    return [
        {
            "title": title,
            "separator": True,
            "collapsible": len(pages) > LONGEST_OPEN_GROUP,
            "items": [
                {"title": page.title, "icon": page.icon, "link": link, "active": link == here} for page, link in pages
            ],
        }
        for title, pages in groups
        if pages
    ]


def _may_open(request: HttpRequest, page: Page) -> bool:
    return not page.permission or request.user.has_perm(page.permission)


def _leads_to(link: str, path: str) -> bool:
    return path == link or (link != "/" and path.startswith(link))


def account_links(request: HttpRequest) -> list[dict[str, object]]:
    """What the menu behind the person's name offers."""
    return [
        {"title": _("My account"), "link": reverse("account")},
        {"title": _("Change password"), "link": reverse("admin:password_change")},
    ]


def theme_script(request: HttpRequest) -> str:
    """The script that holds the person's choice of light or dark against what the browser remembers."""
    return f"/static/theme-{getattr(request.user, 'theme', '') or User.Theme.AUTO}.js"


def kept_script(request: HttpRequest) -> str:
    """The script that keeps what was typed over a session that ended, for the person who typed it and nobody else."""
    key = getattr(request.user, "pk", None)
    whose = salted_hmac("kept", str(key)).hexdigest()[:16] if key else ""
    return f"/static/kept.js?of={whose}"
