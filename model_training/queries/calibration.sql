-- Predictions against their outcomes, since a day: a row for each UTC day, model version (of a day its most used)
-- and bin of the prediction. All its columns add up over bins: `loss` is the sum of -ln(probability of the
-- outcome), `square` of the squared differences, and `ordered` / (2 * recalled * failed) over a day and version
-- the AUC: pairs of a recalled and a failed review count 2 if the recalled one was predicted higher, 1 if equal.
WITH shown AS (
    -- A card's first review on a study day: no model is made for repeats of the same day.
    SELECT
        date AS day,
        coalesce(model_version, '') AS version,
        recall_probability AS p,
        CASE WHEN rating > 1 THEN 1 ELSE 0 END AS recalled
    FROM reviews
    WHERE date >= {first}
        AND recall_probability IS NOT NULL
        AND (scored OR days_since_last_review IS NULL)
),
sizes AS (
    SELECT day, version, count(*) AS size
    FROM shown
    GROUP BY day, version
),
places AS (
    SELECT day, version, row_number() OVER (PARTITION BY day ORDER BY size DESC, version) AS place
    FROM sizes
),
grouped AS (
    SELECT
        shown.day,
        shown.version,
        shown.p,
        cast(sum(shown.recalled) AS bigint) AS recalled,
        cast(sum(1 - shown.recalled) AS bigint) AS failed
    FROM shown
    INNER JOIN places ON shown.day = places.day AND shown.version = places.version
    WHERE places.place <= {versions}
    GROUP BY shown.day, shown.version, shown.p
),
ranked AS (
    SELECT
        day,
        version,
        p,
        recalled,
        failed,
        cast(sum(failed) OVER (
            PARTITION BY day, version
            ORDER BY p
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS bigint) AS failed_so_far,
        CASE WHEN p * {bins} >= {bins} - 1 THEN {bins} - 1 ELSE cast(floor(p * {bins}) AS integer) END AS bin,
        CASE WHEN p < {closest} THEN {closest} WHEN 1 - p < {closest} THEN 1 - {closest} ELSE p END AS clipped
    FROM grouped
)
SELECT
    day,
    version,
    bin,
    cast(sum(recalled + failed) AS bigint) AS reviews,
    cast(sum(recalled) AS bigint) AS recalled,
    sum(p * (recalled + failed)) AS predicted,
    sum(-recalled * ln(clipped) - failed * ln(1 - clipped)) AS loss,
    sum(recalled * (1 - p) * (1 - p) + failed * p * p) AS square,
    cast(sum(recalled * (2 * failed_so_far - failed)) AS bigint) AS ordered
FROM ranked
GROUP BY day, version, bin
ORDER BY day, version, bin
