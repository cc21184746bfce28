"""EPCIS documents: bytes in, checked events or faults out."""
