"""The five steps: ask, link, launch, run, evaluate."""
