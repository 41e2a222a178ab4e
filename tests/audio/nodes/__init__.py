"""The node adapter, against nodes that misbehave and the embedded one."""
