"""The demo store: a made-up shop for snacks and beauty, the same for a given seed and ending today."""
