"""Where a page's frame ends and its text begins, and what says so."""
