"""A composer of quiet loops: a form, chords, instruments, and who plays what."""
