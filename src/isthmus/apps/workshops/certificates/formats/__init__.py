"""Certificates as a page of paper and as a credential for machines."""
