"""The project as an egg for Scrapyd."""
