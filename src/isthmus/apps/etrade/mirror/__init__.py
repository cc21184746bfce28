"""Mirror statistics: what one country says it sent beside what the other says it received, cell by cell."""
