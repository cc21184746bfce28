"""Work on whole tables of scans."""
