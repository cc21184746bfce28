"""Files of terms."""
