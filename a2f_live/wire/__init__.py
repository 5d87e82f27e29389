"""The protocol as a pure object: messages, codecs and the connection state machine."""
