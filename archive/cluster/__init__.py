"""Restoration on many machines: shards of captures, each restored by a datatrove task, collected into one archive."""
