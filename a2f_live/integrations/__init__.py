"""Faces for the agents of other frameworks: pipecat and LiveKit, each an extra, and what both share."""
