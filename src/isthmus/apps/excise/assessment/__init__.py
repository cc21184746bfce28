"""Two administrations compare their excise, and one introduces its own to the other."""
