-- How often each whole part of each of the model's inputs comes among the scored reviews. A difficulty is
-- 1 + 9 · (failures + prior) / (reviews + prior), in tenths: its whole parts are exact.
WITH inputs AS (
    SELECT
        CASE WHEN rating > 1 THEN 1 ELSE 0 END AS recalled,
        days_since_last_review,
        cast(review_count AS double) AS review_count,
        1e0 + 9e0 * cast(failures * 10 + {prior_tenths_of_failures} AS double)
            / cast(reviews * 10 + {prior_tenths_of_reviews} AS double) AS difficulty
    FROM reviews
    WHERE scored
),
each_input AS (
    SELECT 'days_since_last_review' AS input, days_since_last_review AS amount, recalled FROM inputs
    UNION ALL
    SELECT 'review_count' AS input, review_count AS amount, recalled FROM inputs
    UNION ALL
    SELECT 'difficulty' AS input, difficulty AS amount, recalled FROM inputs
),
parts AS (
    SELECT input, floor(amount) AS whole, amount, recalled FROM each_input
)
SELECT
    input,
    cast(whole AS bigint) AS whole,
    count(*) AS reviews,
    cast(sum(recalled) AS bigint) AS recalled,
    min(amount) AS lowest,
    max(amount) AS highest
FROM parts
GROUP BY input, whole
ORDER BY input, whole
