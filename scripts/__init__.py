"""Helpers behind the Makefile: set-up, locks, test servers, pictures."""
