"""Which blocks of a page are the article: rendering, voters, and how their votes are counted."""
