-- How much the table holds of the days before one: a single row, whose times are null when it holds nothing.
WITH cards AS (
    SELECT learner, card, count(*) AS reviews, min(reviewed_at) AS first_review, max(reviewed_at) AS last_review
    FROM reviews
    WHERE date < {before}
    GROUP BY learner, card
),
learners AS (
    SELECT
        learner,
        count(*) AS cards,
        sum(reviews) AS reviews,
        min(first_review) AS first_review,
        max(last_review) AS last_review
    FROM cards
    GROUP BY learner
)
SELECT
    cast(coalesce(sum(reviews), 0) AS bigint) AS reviews,
    count(*) AS learners,
    cast(coalesce(sum(cards), 0) AS bigint) AS cards,
    min(first_review) AS first_review,
    max(last_review) AS last_review,
    cast(coalesce(sum(CASE WHEN learner LIKE 'simulated-%' THEN 1 ELSE 0 END), 0) AS bigint) AS simulated
FROM learners
