"""When plans are asked about, and how steps and figures are written in lines."""
