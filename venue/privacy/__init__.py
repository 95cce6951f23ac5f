"""What concerns all that a house has of one person: merging two records of them."""
