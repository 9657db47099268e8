"""Campaign calendar and what the channels cost."""
