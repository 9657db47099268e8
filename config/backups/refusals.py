"""Why a backup or a restore is not done."""


class BackupRefused(Exception):
    """Nothing was changed; the text says what is in the way."""
