"""Versions of a document: why each came, and what a rule changed."""
