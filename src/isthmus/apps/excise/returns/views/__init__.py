"""Pages of returns, statements and the duty book."""
