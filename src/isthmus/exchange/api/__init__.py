"""The HTTP API of the exchange for programs of this node's own organisations, one router a meaning."""
