"""A seeded simulator of a neighbourhood: real actions, a virtual clock, faults, and a checker after every step."""
