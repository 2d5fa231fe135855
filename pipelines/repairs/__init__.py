"""Damage that can be undone, a kind a module."""
