"""The parts of the planner that needs no model: a world's words, its passages, and the rules that join them."""
