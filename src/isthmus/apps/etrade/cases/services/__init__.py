"""The only writers of cases: reconciling a corridor, deciding, calibrating."""
