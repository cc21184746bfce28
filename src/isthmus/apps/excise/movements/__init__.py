"""Movements of excise goods on which the duty is suspended, in the vocabulary of EMCS."""
