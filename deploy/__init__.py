"""Owns how Segue is run: one folder per way of running it; it must never hold a rule of the product."""
