"""The boards: what a reader chose, and each board's figures, sentences, charts and tables made of queries and metrics."""
