"""The e-government applications, one folder each; none imports another."""
