"""What the neighbourhood owns together."""
