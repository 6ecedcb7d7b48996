"""Flowcharts: steps to a graph, its faults and figures, a picture as SVG, and the same flow in other formats.

Pure functions of their arguments: no clock, no files, no randomness. Words come from the caller in the page's language.
"""
