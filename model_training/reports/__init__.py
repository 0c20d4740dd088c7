"""The pages and tables that people read: one kit, and a package for each report."""
