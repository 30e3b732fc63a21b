"""Recurrent layers out of files that others wrote: a format is a file or a folder here, and a line in ``FORMATS``."""
