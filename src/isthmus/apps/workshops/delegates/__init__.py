"""The delegate's own form: filled in by the person through a link, without an account."""
