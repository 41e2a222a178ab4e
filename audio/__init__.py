"""Owns players and queues and talks to audio nodes.

It must never speak to Discord, nor hold anything that Postgres and the nodes cannot give back.
"""
