"""From the memory's table to the data lake: what its stream says goes into the inbox, or is erased."""
