"""The front door for clients of Omniverse Audio2Face: its headless REST API over an engine of this package."""
