"""Values that flow through the pipeline: frozen, without I/O and without a clock."""
