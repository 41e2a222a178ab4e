"""Benchmarks that print raw values and ratios of one run; they assert nothing."""
