"""What serves `families`: candidates, verified pairs, groups, the canonical copy, its restored reading."""
