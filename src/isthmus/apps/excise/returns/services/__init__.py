"""The writers of returns: each public function is one transaction."""
