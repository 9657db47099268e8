"""The pages on which people bring files in, step by step."""
