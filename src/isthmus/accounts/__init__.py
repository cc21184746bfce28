"""Who acts here and what they may do: organisations, officers, roles, sign-in, tokens, the access policy."""
