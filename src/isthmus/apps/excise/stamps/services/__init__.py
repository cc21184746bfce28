"""The only writers of stamps: keys, requests, issuing, moves, and what is seen."""
