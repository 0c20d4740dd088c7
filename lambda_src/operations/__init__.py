"""The training function: operators start runs, watch them, list them and fetch their reports."""
