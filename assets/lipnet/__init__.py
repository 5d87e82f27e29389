"""What the embedded network is made from, and how."""
