-- The scored reviews of some groups of learners, as a training takes them; after learner_hashes.sql.
SELECT
    learner,
    card,
    reviewed_at,
    CASE WHEN rating > 1 THEN 1 ELSE 0 END AS recalled,
    days_since_last_review,
    review_count,
    failures,
    reviews,
    log_stability,
    fsrs_difficulty,
    failure_average,
    day_failures,
    day_passes,
    single_day,
    log_age,
    log_last_interval,
    log_review_days,
    log_last_seconds
FROM hashed
WHERE learner_group >= {first} AND learner_group <= {last}
ORDER BY learner, card, reviewed_at, event_id
