"""What the schema is made of."""
