"""The node's measures for a monitoring system, in Prometheus' text format."""
