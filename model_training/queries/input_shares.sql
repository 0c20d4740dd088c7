-- How the model's inputs are spread in the scored reviews between two days: of each combination of bins, how many
-- reviews and their weight. Bin i of an input is edge i <= value < edge i + 1. No learner weighs more than {most}.
WITH scored_reviews AS (
    SELECT
        learner,
        days_since_last_review,
        review_count,
        1 + 9 * (({prior_failures} + failures) / ({prior_reviews} + reviews)) AS difficulty
    FROM reviews
    WHERE scored AND date >= {first} AND date <= {last}
),
learners AS (
    SELECT learner, CASE WHEN count(*) > {most} THEN {most} / cast(count(*) AS double) ELSE 1 END AS weight
    FROM scored_reviews
    GROUP BY learner
),
binned AS (
    SELECT
        learner,
        CASE WHEN days_since_last_review >= {days_1} THEN 1 ELSE 0 END
        + CASE WHEN days_since_last_review >= {days_2} THEN 1 ELSE 0 END
        + CASE WHEN days_since_last_review >= {days_3} THEN 1 ELSE 0 END
        + CASE WHEN days_since_last_review >= {days_4} THEN 1 ELSE 0 END
        + CASE WHEN days_since_last_review >= {days_5} THEN 1 ELSE 0 END
        + CASE WHEN days_since_last_review >= {days_6} THEN 1 ELSE 0 END
        + CASE WHEN days_since_last_review >= {days_7} THEN 1 ELSE 0 END
        + CASE WHEN days_since_last_review >= {days_8} THEN 1 ELSE 0 END
        + CASE WHEN days_since_last_review >= {days_9} THEN 1 ELSE 0 END AS days_bin,
        CASE WHEN review_count >= {count_1} THEN 1 ELSE 0 END
        + CASE WHEN review_count >= {count_2} THEN 1 ELSE 0 END
        + CASE WHEN review_count >= {count_3} THEN 1 ELSE 0 END
        + CASE WHEN review_count >= {count_4} THEN 1 ELSE 0 END
        + CASE WHEN review_count >= {count_5} THEN 1 ELSE 0 END
        + CASE WHEN review_count >= {count_6} THEN 1 ELSE 0 END
        + CASE WHEN review_count >= {count_7} THEN 1 ELSE 0 END
        + CASE WHEN review_count >= {count_8} THEN 1 ELSE 0 END
        + CASE WHEN review_count >= {count_9} THEN 1 ELSE 0 END AS count_bin,
        CASE WHEN difficulty >= {difficulty_1} THEN 1 ELSE 0 END
        + CASE WHEN difficulty >= {difficulty_2} THEN 1 ELSE 0 END
        + CASE WHEN difficulty >= {difficulty_3} THEN 1 ELSE 0 END
        + CASE WHEN difficulty >= {difficulty_4} THEN 1 ELSE 0 END
        + CASE WHEN difficulty >= {difficulty_5} THEN 1 ELSE 0 END
        + CASE WHEN difficulty >= {difficulty_6} THEN 1 ELSE 0 END
        + CASE WHEN difficulty >= {difficulty_7} THEN 1 ELSE 0 END
        + CASE WHEN difficulty >= {difficulty_8} THEN 1 ELSE 0 END
        + CASE WHEN difficulty >= {difficulty_9} THEN 1 ELSE 0 END AS difficulty_bin
    FROM scored_reviews
)
SELECT
    days_bin AS days_since_last_review,
    count_bin AS review_count,
    difficulty_bin AS difficulty,
    count(*) AS reviews,
    sum(weight) AS weight
FROM binned
INNER JOIN learners ON binned.learner = learners.learner
GROUP BY days_bin, count_bin, difficulty_bin
ORDER BY days_bin, count_bin, difficulty_bin
