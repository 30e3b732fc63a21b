"""Recordings: reading them, and log-mel spectra of what they hold."""
