"""What a follow-up form may say."""
