"""What serves `verify`: damage, orphans, and what can be made again."""
