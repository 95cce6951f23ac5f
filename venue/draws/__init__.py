"""The lottery: wishes, a frozen list, a draw that anybody can run again."""
