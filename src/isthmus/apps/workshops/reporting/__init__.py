"""The final report to the fund, made of what the programme holds."""
