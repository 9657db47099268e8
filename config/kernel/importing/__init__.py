"""The import framework: from a file of unknown make to checked rows."""
