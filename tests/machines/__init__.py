"""`make up` as newcomers run it: real runs in fresh copies of the project, on machines that are awkward."""
