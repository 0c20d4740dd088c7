"""What is answered: a module for each endpoint that a prediction from three inputs doesn't need."""
