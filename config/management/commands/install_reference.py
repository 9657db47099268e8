"""`manage.py install_reference`: what the software ships with, laid in once and again after every upgrade."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from config.checklists import install_checklists
from config.kernel.figures import print_figures
from config.roles import install_roles
from config.schedules import install_schedules
from fulfillment.services.policies import install_policies
from marketing.services import install_calendar
from membership.services import install_strategies
from service_desk.services.sla_defaults import install_sla


class Command(BaseCommand):
    """Roles, schedules, calendar, strategies, policies, checklists; never overwrites what staff changed."""

    help = "Installs roles, schedules, the campaign calendar, segment strategies, restock policies and checklists."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Install everything; prints how much there is of each."""
        print_figures(
            self.stdout,
            {
                "roles": install_roles(),
                "schedules": install_schedules(),
                "events": install_calendar(),
                "strategies": install_strategies(),
                "policies": install_policies(),
                "sla": install_sla(),
                "checklist": install_checklists(),
            },
        )
