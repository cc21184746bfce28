"""The gates that every change passes: `python3 run.py check` runs them all and says what to do."""
