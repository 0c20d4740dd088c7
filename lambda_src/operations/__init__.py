"""The operations function: owners watch a stage, start training runs, and decide which model is live."""
