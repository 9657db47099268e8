"""The machine room in the admin."""

from config.kernel.admin import imports, jobs, messages, people, records, shifts, work

__all__ = ["imports", "jobs", "messages", "people", "records", "shifts", "work"]
