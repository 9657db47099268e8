"""A person's own account: preferences, second factor, sessions."""
