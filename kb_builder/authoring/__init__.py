"""What helps authors to make and mend pages."""
