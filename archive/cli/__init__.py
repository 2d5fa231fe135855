"""What all verbs share: the archive that is meant, options, printing, completion, the reference page."""
