"""The final report as a paper."""
