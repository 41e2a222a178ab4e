"""Speaks Discord: interactions in, answers out, voice signalling relayed; it never decides what plays or who may."""
