"""Fixtures that every test may ask for."""

from browser import chromium, reader, served

__all__ = ["chromium", "reader", "served"]
