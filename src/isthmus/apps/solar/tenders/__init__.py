"""Tenders: requests for quotes to makers abroad, sealed quotes, awards, acceptance and warranty."""
