"""What people can ask for, one thin file per group: one use case, one card; it never speaks to Discord itself."""
