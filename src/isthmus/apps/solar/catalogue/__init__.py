"""The catalogue: products that designs are snapped to, with the documents that prove their quality."""
