"""The gRPC services of worker: decode, call one use case, encode."""
