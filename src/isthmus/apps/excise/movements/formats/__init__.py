"""EMCS messages, from XML to typed values and back."""
