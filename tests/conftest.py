"""No test depends on how fast the machine is: an example of hypothesis may take its time."""

from hypothesis import settings

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
