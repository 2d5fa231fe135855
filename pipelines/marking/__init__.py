"""Damage that stays, marked: a kind a module, and the quality that is left."""
