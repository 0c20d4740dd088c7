-- Deciles of the model's inputs in the scored reviews between two days: of each input and tenth, the least value
-- at which that many tenths of the weight are reached. No learner weighs more than {most} reviews.
WITH scored_reviews AS (
    SELECT
        learner,
        -- To the hundredth: of ten million values that all differ, the sorting took most of the time.
        floor(days_since_last_review * 100) / 100 AS days_since_last_review,
        cast(review_count AS double) AS review_count,
        1 + 9 * (({prior_failures} + failures) / ({prior_reviews} + reviews)) AS difficulty
    FROM reviews
    WHERE scored AND date >= {first} AND date <= {last}
),
learners AS (
    SELECT learner, CASE WHEN count(*) > {most} THEN {most} / cast(count(*) AS double) ELSE 1 END AS weight
    FROM scored_reviews
    GROUP BY learner
),
weighted AS (
    SELECT days_since_last_review, review_count, difficulty, weight
    FROM scored_reviews
    INNER JOIN learners ON scored_reviews.learner = learners.learner
),
spread AS (
    SELECT 'days_since_last_review' AS input, days_since_last_review AS value, sum(weight) AS weight
    FROM weighted
    GROUP BY days_since_last_review
    UNION ALL
    SELECT 'review_count' AS input, review_count AS value, sum(weight) AS weight
    FROM weighted
    GROUP BY review_count
    UNION ALL
    SELECT 'difficulty' AS input, difficulty AS value, sum(weight) AS weight
    FROM weighted
    GROUP BY difficulty
),
reached AS (
    SELECT
        input,
        value,
        sum(weight) OVER (
            PARTITION BY input
            ORDER BY value
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS so_far,
        sum(weight) OVER (PARTITION BY input) AS total
    FROM spread
)
SELECT input, cast(floor({bins} * so_far / total) AS integer) AS tenths, min(value) AS value
FROM reached
GROUP BY input, cast(floor({bins} * so_far / total) AS integer)
ORDER BY input, tenths
