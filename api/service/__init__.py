"""The servicers of api: decode, call one use case, encode."""
