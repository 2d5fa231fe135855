"""What browsers get: views, plots and files that can do nothing, in either language."""
