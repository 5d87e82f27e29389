"""The one error of these scripts."""


class TroubleError(Exception):
    """Something is missing or broken; the message says what, and what to do."""
