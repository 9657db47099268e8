"""Files that marketing reads."""
