"""Gateway's gRPC servicers: decode, ask one use case, encode; they hold no state."""
