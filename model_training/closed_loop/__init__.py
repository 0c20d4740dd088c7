"""Closed-loop simulation: what the service's schedules achieve for learners whose memory is known.

A recorded log shows how well recall is predicted at the intervals that some scheduler chose. Here each
scheduler chooses the intervals itself, and the true memory says what recall it reached, and at what cost:

`learners` draws the people, `memories` what is true of their cards, `schedulers`, `fsrs_scheduler` and
`served_scheduler` decide when a card comes again, `loop` lets them meet, `experiment` does so for all of them
from the same starting point, and `figures`, `tables`, `plots` and `report` show the results.

It is no evidence of accuracy on people: a simulator favours the models of its own kind.
"""
