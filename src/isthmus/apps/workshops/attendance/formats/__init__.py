"""Lists of marks as CSV, badges and sheets on paper."""
