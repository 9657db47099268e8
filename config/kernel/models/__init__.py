"""The tables of the shared ground."""

from config.kernel.models.audit import AuditEntry, AuditSeal
from config.kernel.models.calendars import (
    CalendarDay,
    ExchangeRate,
    NumberSeries,
    StaleDay,
)
from config.kernel.models.imports import ImportBatch, ImportMapping, ImportRow
from config.kernel.models.jobs import JobRun, JobRunPart, WorkerHeartbeat
from config.kernel.models.messages import (
    DeliveryAttempt,
    IdempotencyKey,
    InboxMessage,
    Notice,
    OutboxMessage,
)
from config.kernel.models.rate_counters import RateCounter
from config.kernel.models.saved_filters import SavedFilter
from config.kernel.models.sessions import StaffSession
from config.kernel.models.shifts import ChecklistItem, ChecklistTick, ShiftNote
from config.kernel.models.users import RoleScope, User
from config.kernel.models.work_items import Sprint, WorkItem, WorkItemEvent

__all__ = [
    "AuditEntry",
    "AuditSeal",
    "CalendarDay",
    "ChecklistItem",
    "ChecklistTick",
    "DeliveryAttempt",
    "ExchangeRate",
    "IdempotencyKey",
    "ImportBatch",
    "ImportMapping",
    "ImportRow",
    "InboxMessage",
    "JobRun",
    "JobRunPart",
    "Notice",
    "NumberSeries",
    "OutboxMessage",
    "RateCounter",
    "RoleScope",
    "SavedFilter",
    "ShiftNote",
    "Sprint",
    "StaffSession",
    "StaleDay",
    "User",
    "WorkItem",
    "WorkItemEvent",
    "WorkerHeartbeat",
]
