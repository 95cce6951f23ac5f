"""What people are told: messages kept as kind and parameters, put into words when shown or sent."""
