"""From bytes to 16 kHz mono samples, and from samples to windows."""
