"""The annex of expenditure of the programme of 2011, as its report to the fund states it (INT/10/K05)."""

EXPENDITURE = """\
heading,line,amount_usd
Domestic Travel,Local Transportation,7945
Domestic Travel,Flight tickets to/from Beijing,6000
International Travel,Flight tickets to/from Maldives,1344
International Travel,Flight tickets to/from Myanmar,1352
International Travel,Flight tickets to/from Ghana,2538
International Travel,Flight tickets to/from Papua New Guinea,4056
International Travel,Flight tickets to/from Nigeria,2464
Daily Cost,Accommodation,16800
Daily Cost,Allowance,1230
Conference,Laptop,4185
Conference,Projector and Audio,1720
Conference,Printer,1160
Conference,Translation and Interpretation,4393
Conference,Printing Material,102
Overhead,Overhead,4491
"""
TOTALS = """\
heading,total_usd
Domestic Travel,13945
International Travel,11754
Daily Cost,18030
Conference,11560
Subtotal,55289
Overhead,4491
Total,59780
"""
