-- The scored reviews of some groups of learners by UTC day; after learner_hashes.sql.
SELECT
    date,
    count(*) AS scored,
    cast(sum(CASE WHEN rating > 1 THEN 1 ELSE 0 END) AS bigint) AS recalled
FROM hashed
WHERE learner_group >= {first} AND learner_group <= {last}
GROUP BY date
ORDER BY date
