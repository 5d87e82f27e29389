"""Makes the embedded network: its material, and in time its training."""
