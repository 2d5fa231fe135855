"""What is known of a document: who signed it, when, of what kind, time, unit and place it is (`readers`)."""
