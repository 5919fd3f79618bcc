"""The ways to make a picture. Imported only when a chain opens one."""
