"""Concordances and trends: words counted where they stand, beside how much text there is."""
