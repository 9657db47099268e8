"""The pages of boards and reports."""
