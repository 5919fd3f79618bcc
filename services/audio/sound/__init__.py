"""What soundscapes and music are made of: noise, tones, grains, rooms and loudness, all of them running in a circle.

Everything here is circular: what leaves the end of a loop comes in at its beginning, so that no seam has to be hidden.
"""
