"""The only writers of needs, offers, introductions and letters of intent."""
