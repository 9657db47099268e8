"""Orders of the past out of a file: what a parsed order becomes in the tables. `handler` is what the import machine calls."""
