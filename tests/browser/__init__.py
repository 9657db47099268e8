"""Tests in a real browser; they need Chromium and the heavy tools."""
