"""The outside as gateway needs it: Discord, Postgres and the peers; no rule of its own may live here."""
