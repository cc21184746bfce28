"""The only writers of private matching: asking a partner, answering one, sending what hit."""
