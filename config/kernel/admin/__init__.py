"""The machine room in the admin."""

from config.kernel.admin import jobs, messages, people, records, work

__all__ = ["jobs", "messages", "people", "records", "work"]
