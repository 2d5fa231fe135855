"""What serves `search`: tokens, the index, the query's grammar, the order of answers."""
