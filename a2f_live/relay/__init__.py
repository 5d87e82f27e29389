"""Frames of one face to any number of programs that show it, at a steady rate."""
