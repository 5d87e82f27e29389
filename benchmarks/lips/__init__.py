"""How well the lips follow the speech, with any engine: `__main__.py` is the command, `score.py` the measure."""
