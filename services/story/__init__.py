"""The story room: it hears what visitors say and answers with the next beat of a story."""
