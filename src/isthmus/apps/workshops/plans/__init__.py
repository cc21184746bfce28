"""What a delegate plans for home: written at the course, let go by the focal point, asked about later."""
