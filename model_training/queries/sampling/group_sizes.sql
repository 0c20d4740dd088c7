-- The number of scored reviews of each group of learners; after learner_hashes.sql.
SELECT cast(learner_group AS bigint) AS learner_group, count(*) AS scored
FROM hashed
GROUP BY learner_group
ORDER BY learner_group
