"""The toolbox all services share: serving, calling, refusing, storing; it never knows a word of what they do."""
