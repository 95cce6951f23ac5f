"""What people agree to: texts in versions, each agreement with who gave it, when and until when."""
