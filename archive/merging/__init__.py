"""What `archive.merge` is made of: sources, numbers, articles, rows and captures."""
