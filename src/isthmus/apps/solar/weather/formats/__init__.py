"""Weather in files: hours in, a refusal that names the row out."""
