"""The shared ground: money, time, errors, jobs, audit, imports. It knows no room."""
