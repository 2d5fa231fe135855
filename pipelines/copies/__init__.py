"""What two documents have in common."""
