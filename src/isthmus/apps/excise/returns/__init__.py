"""Returns of excise duty: declared, assessed, amended, paid and refunded."""
