"""EMCS messages as typed values; an element is named as its field, in camel case."""
