"""Pure time algebra: local days, half-open intervals and weekly patterns. No tables, no clock."""
