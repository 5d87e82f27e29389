"""Which instance serves which window, and when: pure decisions and one asynchronous pool."""
