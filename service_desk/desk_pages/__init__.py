"""The ticket pages: the queue, a ticket with its talk, answering, changing, and what refreshes itself."""
