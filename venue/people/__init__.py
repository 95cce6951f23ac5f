"""The people a center knows, with or without an account, and who may act for whom."""
