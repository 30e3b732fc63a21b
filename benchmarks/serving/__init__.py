"""The server under load: steps of thousands of sessions, whole sequences, memory."""
