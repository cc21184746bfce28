"""Pages of tenders: the asker's and the maker's."""
