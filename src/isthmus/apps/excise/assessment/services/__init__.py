"""The only writers of assessments, and the handlers of their records."""
