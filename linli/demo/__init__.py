"""The simulated neighbourhoods of ``linli demo``: invented people, lived through the real actions."""
