"""Tables in files, whatever program wrote them: delimited text in its code page, and workbooks."""
