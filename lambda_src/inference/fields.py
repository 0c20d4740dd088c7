"""Names of a request's fields, and what is said of them."""

EXAMPLE = '{"days_since_last_review": 3, "review_count": 4, "difficulty": 5.5}'
CARDS, REVIEWS, RECALLED, RATING = "cards", "reviews", "recalled", "rating"
OUTCOME = (RECALLED, RATING)  # a card may have one of them beside its inputs or its reviews
LEARNER_STATE = "learner_state"
NOW, TIME_ZONE, DAY_STARTS_AT = "now", "time_zone", "day_starts_at"
TIMES = (NOW, TIME_ZONE, DAY_STARTS_AT)
BESIDE = (LEARNER_STATE, *TIMES)  # may stand beside the fields of a single card, or beside a list
RATING_ALLOWED = "must be 1 (Again), 2 (Hard), 3 (Good) or 4 (Easy)"
MAXIMUM_CARDS = 1000
THREE_INPUTS, HISTORY = "three_inputs", "history"  # which part of a model answered
