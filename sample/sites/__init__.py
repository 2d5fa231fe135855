"""One module a kind of site; each has build(brief) -> Site."""
