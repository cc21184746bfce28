"""The agenda: sessions with times and rooms, its versions, the calendar and the printed programme."""
