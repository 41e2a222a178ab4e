"""The whole system from outside: Discord (the simulator), REST, gRPC, gRPC-Web and a browser."""
