"""The figures of docs/performance.md, each from one command."""
