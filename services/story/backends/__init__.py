"""Ways to plan a story."""
