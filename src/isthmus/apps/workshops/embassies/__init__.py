"""Embassies and the letters that each wants: templates that a secretariat keeps, dated and never changed."""
