"""An agenda as a calendar and on paper."""
