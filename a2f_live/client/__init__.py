"""Clients of a server: asynchronous and blocking."""
