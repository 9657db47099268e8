"""Backup and restore of what cannot be made again: the database and the media files. Keys are kept apart on purpose."""
