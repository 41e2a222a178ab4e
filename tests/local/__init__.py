"""Tests of the local run: the supervisor with stand-ins for the services, and the plan as data."""
