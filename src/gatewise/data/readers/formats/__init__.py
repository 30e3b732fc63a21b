"""Formats of files and folders, one file each, and how they are told."""
