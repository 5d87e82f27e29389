"""The characters of the demo page, and what makes them."""
