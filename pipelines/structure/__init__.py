"""Parts of a compilation, pages of an article, lines of a text."""
