"""Figures of speed and memory, one file a noun, each with its target beside it: `make bench`, `make bench ONLY=lists`."""
