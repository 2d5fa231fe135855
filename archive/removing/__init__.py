"""How what is taken down leaves tables, captures and files, and stays away."""
