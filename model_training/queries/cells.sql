-- The sufficient statistics of the three-input curve: how often cards of a kind were recalled and failed.
-- All counts and sums are whole numbers: sums of fractions depend on the order of their terms, which no two
-- engines share. `model_training.cells.query` says what the columns are and where the numbers come from.
WITH scored AS (
    SELECT
        learner,
        reviewed_at,
        CASE WHEN rating > 1 THEN 1 ELSE 0 END AS recalled,
        CASE WHEN learner LIKE 'simulated-%' THEN 1 ELSE 0 END AS simulated,
        -- At least a second: a study day may end between two reviews.
        cast(CASE WHEN days_since_last_review < 1e-5 THEN 1e0 ELSE floor(days_since_last_review * 86400e0 + 5e-1) END
            AS bigint) AS seconds,
        cast(review_count AS bigint) AS review_days,
        cast(failures * 10 + {prior_tenths_of_failures} AS double) AS tenths_of_failures,
        cast(reviews * 10 + {prior_tenths_of_reviews} AS double) AS tenths_of_reviews,
        count(*) OVER (PARTITION BY learner) AS learner_size,
        row_number() OVER (PARTITION BY learner ORDER BY reviewed_at DESC, card, event_id) AS newness
    FROM reviews
    WHERE scored AND date < {before}
),
binned AS (
    SELECT
        cast(CASE WHEN newness * 100 <= learner_size * {held_out_percent} THEN 1 ELSE 0 END AS bigint) AS newest,
        cast(floor(ln(cast(seconds AS double)) * {days_bins}) AS bigint) AS days_bin,
        cast(floor(ln(cast(review_days AS double)) * {count_bins}) AS bigint) AS count_bin,
        cast(floor(ln(tenths_of_failures / (tenths_of_reviews - tenths_of_failures)) * {odds_bins}) AS bigint)
            AS odds_bin,
        recalled,
        1 - recalled AS failed,
        cast(floor({billion} / sqrt(cast(learner_size AS double))) AS bigint) AS weight,
        seconds,
        review_days,
        cast(floor(tenths_of_failures / tenths_of_reviews * {billion}) AS bigint) AS share,
        reviewed_at,
        simulated
    FROM scored
)
SELECT
    newest,
    days_bin,
    count_bin,
    odds_bin,
    cast(sum(recalled) AS bigint) AS recalled,
    cast(sum(failed) AS bigint) AS failed,
    cast(sum(weight * recalled) AS bigint) AS recalled_weight,
    cast(sum(weight * failed) AS bigint) AS failed_weight,
    cast(sum(seconds) AS bigint) AS seconds,
    cast(sum(review_days) AS bigint) AS review_days,
    cast(sum(share) AS bigint) AS share,
    cast(sum(simulated) AS bigint) AS simulated,
    cast(min(reviewed_at) AS timestamp) AS first_review,
    cast(max(reviewed_at) AS timestamp) AS last_review
FROM binned
GROUP BY newest, days_bin, count_bin, odds_bin
ORDER BY newest, days_bin, count_bin, odds_bin
