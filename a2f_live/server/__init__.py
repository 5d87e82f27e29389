"""One port: the WebSocket stream, the HTTP front doors and the page."""
