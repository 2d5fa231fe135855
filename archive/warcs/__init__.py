"""Captures as files: WARC members whole or torn, what an ingest finds, which pages belong together."""
