"""Proves that the built customer site holds nothing internal: its names and all its bytes are searched.

`needles.py` says what may not be there and what customers may know anyway, `unpack.py` turns files into texts,
`scan.py` looks for many needles at once, `proof.py` does all of it for one site and writes down what was done, and
`searched.py` remembers what need not be searched again.
"""
