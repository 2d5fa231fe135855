"""What lasts: captures in WARC, everything that follows from them in SQLite."""
