"""Template filters of membership."""
