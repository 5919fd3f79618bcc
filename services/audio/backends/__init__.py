"""The ways to make a voice, a soundscape or music. Imported only when a chain opens one."""
