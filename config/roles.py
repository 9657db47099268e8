"""The roles that the software ships with: what each may see and do. Groups carry these permissions and nothing else.

A permission is written `app.action_model`; `app.view_*` stands for every table of a room.
"""

from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

ROOMS = (
    "catalog",
    "membership",
    "marketing",
    "fulfillment",
    "service_desk",
    "analytics",
)
SEE_TRADE = (
    "catalog.view_*",
    "marketing.view_*",
    "fulfillment.view_*",
    "analytics.view_*",
)
SEE_MEMBERS = ("membership.view_*",)
RUN_JOBS = ("kernel.run_jobrun", "kernel.view_jobrun", "kernel.view_jobrunpart")
IMPORT_FILES = (
    "kernel.add_importbatch",
    "kernel.change_importbatch",
    "kernel.view_importbatch",
    "kernel.view_importrow",
    "kernel.change_importrow",
    "kernel.view_importmapping",
    "kernel.add_importmapping",
    "kernel.change_importmapping",
)
OWN_WORK = (
    "kernel.view_workitem",
    "kernel.change_workitem",
    "kernel.view_notice",
    "kernel.view_sprint",
)
KEEP_CATALOG = tuple(
    f"catalog.{action}_{model}"
    for action in ("add", "change", "delete")
    for model in (
        "product",
        "productimage",
        "sku",
        "skupack",
        "kitpart",
        "category",
        "brand",
        "listing",
    )
)
KEEP_STORES = tuple(f"catalog.{action}_{model}" for action in ("add", "change") for model in ("channel", "store"))
KEEP_CAMPAIGNS = tuple(
    f"marketing.{action}_{model}"
    for action in ("add", "change", "delete")
    for model in ("campaignevent", "eventperiod", "trafficsource", "channelspend")
)
KEEP_SUPPLY = tuple(
    f"fulfillment.{action}_{model}"
    for action in ("add", "change", "delete")
    for model in ("supplier", "supplieritem", "restockpolicy")
)
KEEP_WAREHOUSES = tuple(
    f"fulfillment.{action}_{model}" for action in ("add", "change") for model in ("warehouse", "storesupply")
)
WORK_ORDERS = (
    "fulfillment.add_order",
    "fulfillment.change_order",
    "kernel.view_inboxmessage",
    "kernel.replay_inboxmessage",
)
WORK_STOCK = ("fulfillment.change_stockbalance", "fulfillment.receive_purchaseorder")
BUY = (
    "fulfillment.approve_restocksuggestion",
    "fulfillment.change_restocksuggestion",
    "fulfillment.send_purchaseorder",
    "fulfillment.add_purchaseorder",
    "fulfillment.change_purchaseorder",
)
WORK_TICKETS = (
    "service_desk.view_*",
    "service_desk.add_ticket",
    "service_desk.change_ticket",
    "service_desk.add_ticketmessage",
    "service_desk.add_attachment",
)
SUBSCRIBE = tuple(f"analytics.{action}_reportsubscription" for action in ("add", "change", "delete", "view"))


@dataclass(frozen=True)
class Role:
    """A kind of work: its code, its name, and what it may do."""

    code: str
    name: Promise | str
    permissions: tuple[str, ...]


ROLES = (
    Role(
        "director",
        pgettext_lazy("role", "director"),
        (
            *SEE_TRADE,
            *SEE_MEMBERS,
            "service_desk.view_*",
            *RUN_JOBS,
            *OWN_WORK,
            *SUBSCRIBE,
        ),
    ),
    Role(
        "operations_manager",
        pgettext_lazy("role", "operations manager"),
        (
            *SEE_TRADE,
            *SEE_MEMBERS,
            "service_desk.view_*",
            "membership.unmask_customer",
            *KEEP_CATALOG,
            *KEEP_STORES,
            *KEEP_CAMPAIGNS,
            *KEEP_SUPPLY,
            *KEEP_WAREHOUSES,
            *WORK_ORDERS,
            *BUY,
            *RUN_JOBS,
            *IMPORT_FILES,
            *OWN_WORK,
            *SUBSCRIBE,
            "kernel.add_workitem",
            "membership.change_segmentstrategy",
            "membership.change_rfmpolicy",
            "membership.add_rfmpolicy",
            "kernel.view_exchangerate",
            "kernel.view_outboxmessage",
        ),
    ),
    Role(
        "campaign_planner",
        pgettext_lazy("role", "campaign planner"),
        (
            "catalog.view_*",
            "marketing.view_*",
            "analytics.view_*",
            *SEE_MEMBERS,
            *KEEP_CAMPAIGNS,
            *RUN_JOBS,
            *OWN_WORK,
            *SUBSCRIBE,
            "membership.change_segmentstrategy",
        ),
    ),
    Role(
        "promotion_specialist",
        pgettext_lazy("role", "promotion specialist"),
        (
            "catalog.view_*",
            "marketing.view_*",
            "analytics.view_*",
            "marketing.add_channelspend",
            "marketing.change_channelspend",
            *IMPORT_FILES,
            *OWN_WORK,
        ),
    ),
    Role(
        "content_editor",
        pgettext_lazy("role", "content editor"),
        ("catalog.view_*", *KEEP_CATALOG, *OWN_WORK),
    ),
    Role(
        "creative",
        pgettext_lazy("role", "creative"),
        (
            "catalog.view_*",
            "catalog.add_productimage",
            "catalog.change_productimage",
            *OWN_WORK,
        ),
    ),
    Role(
        "service_agent",
        pgettext_lazy("role", "service agent"),
        (
            "catalog.view_*",
            "fulfillment.view_order",
            "fulfillment.view_orderline",
            "membership.view_customer",
            *WORK_TICKETS,
            *OWN_WORK,
        ),
    ),
    Role(
        "after_sales_agent",
        pgettext_lazy("role", "after-sales agent"),
        (
            "catalog.view_*",
            "fulfillment.view_order",
            "fulfillment.view_orderline",
            "fulfillment.view_payment",
            "fulfillment.view_refund",
            "fulfillment.add_refund",
            "membership.view_customer",
            "membership.unmask_customer",
            *WORK_TICKETS,
            *OWN_WORK,
        ),
    ),
    Role(
        "service_lead",
        pgettext_lazy("role", "service lead"),
        (
            "catalog.view_*",
            "fulfillment.view_*",
            *SEE_MEMBERS,
            "membership.unmask_customer",
            "analytics.view_*",
            *WORK_TICKETS,
            "service_desk.add_ticketqueue",
            "service_desk.change_ticketqueue",
            "service_desk.add_macro",
            "service_desk.change_macro",
            "service_desk.delete_macro",
            "service_desk.view_slapolicy",
            "service_desk.add_slapolicy",
            "service_desk.change_slapolicy",
            "service_desk.view_servicecalendar",
            "service_desk.add_servicecalendar",
            "service_desk.change_servicecalendar",
            "service_desk.view_slacycle",
            "kernel.add_workitem",
            *OWN_WORK,
            *SUBSCRIBE,
        ),
    ),
    Role(
        "supply_planner",
        pgettext_lazy("role", "supply planner"),
        (
            "catalog.view_*",
            "marketing.view_*",
            "fulfillment.view_*",
            "analytics.view_*",
            *KEEP_SUPPLY,
            *KEEP_WAREHOUSES,
            *BUY,
            *RUN_JOBS,
            *IMPORT_FILES,
            *OWN_WORK,
            *SUBSCRIBE,
            "fulfillment.receive_purchaseorder",
        ),
    ),
    Role(
        "warehouse_clerk",
        pgettext_lazy("role", "warehouse clerk"),
        ("catalog.view_*", "fulfillment.view_*", *WORK_STOCK, *OWN_WORK),
    ),
    Role(
        "finance_clerk",
        pgettext_lazy("role", "finance clerk"),
        (
            "catalog.view_*",
            "fulfillment.view_*",
            "analytics.view_*",
            "catalog.add_skucost",
            "kernel.view_exchangerate",
            "kernel.add_exchangerate",
            "kernel.change_exchangerate",
            *OWN_WORK,
            *SUBSCRIBE,
        ),
    ),
    Role(
        "compliance_officer",
        pgettext_lazy("role", "compliance officer"),
        (
            "catalog.view_*",
            "marketing.view_*",
            "service_desk.view_*",
            "kernel.view_auditentry",
            *OWN_WORK,
        ),
    ),
    Role(
        "analyst",
        pgettext_lazy("role", "analyst"),
        (
            *SEE_TRADE,
            "membership.view_rfmrun",
            "membership.view_rfmscore",
            "membership.view_rfmsegmenttotal",
            "membership.view_rfmtransition",
            "membership.view_segmentstrategy",
            "membership.view_purchase",
            *RUN_JOBS,
            *IMPORT_FILES,
            *OWN_WORK,
            *SUBSCRIBE,
            "marketing.add_channelspend",
            "marketing.change_channelspend",
        ),
    ),
    Role(
        "auditor",
        pgettext_lazy("role", "auditor"),
        (*(f"{room}.view_*" for room in ROOMS), "kernel.view_*", "auth.view_group"),
    ),
    Role(
        "system_administrator",
        pgettext_lazy("role", "system administrator"),
        (
            "kernel.view_*",
            *(
                f"kernel.{action}_{model}"
                for action in ("add", "change", "delete")
                for model in ("user", "rolescope", "calendarday", "exchangerate")
            ),
            "kernel.run_jobrun",
            "auth.view_group",
            "constance.view_config",
            "constance.change_config",
            *(
                f"django_celery_beat.{action}_{model}"
                for action in ("add", "change", "delete", "view")
                for model in (
                    "periodictask",
                    "crontabschedule",
                    "intervalschedule",
                    "solarschedule",
                    "clockedschedule",
                )
            ),
            "axes.view_accessattempt",
            "axes.delete_accessattempt",
            "axes.view_accesslog",
        ),
    ),
)
BY_CODE = {role.code: role for role in ROLES}


def role_name(code: str) -> str:
    """The role's name in the reader's language; a group made by hand keeps its own."""
    role = BY_CODE.get(code)
    return str(role.name) if role else code


def permissions_of(role: Role) -> Q:
    """The rows of `auth.Permission` that a role holds."""
    wanted = Q(pk__in=[])
    for permission in role.permissions:
        app_label, codename = permission.split(".", 1)
        if codename.endswith("_*"):
            wanted |= Q(content_type__app_label=app_label, codename__startswith=codename[:-1])
        else:
            wanted |= Q(content_type__app_label=app_label, codename=codename)
    return wanted


def install_roles() -> int:
    """Make the groups and give each exactly its permissions; returns how many roles there are."""
    for role in ROLES:
        group, _ = Group.objects.get_or_create(name=role.code)
        group.permissions.set(Permission.objects.filter(permissions_of(role)))
    return len(ROLES)
