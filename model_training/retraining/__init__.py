"""Retraining on the reviews that callers sent: prepare, train, evaluate, gate, promote, and a report.

Every step reads what the steps before it wrote into the lake and writes its own, so a run can be stopped
anywhere and go on elsewhere: on a laptop, in the jobs function, in a container.
"""
