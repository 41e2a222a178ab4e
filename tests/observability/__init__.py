"""The files of the profile `observability`, held to what the system has; never to a running viewer."""
