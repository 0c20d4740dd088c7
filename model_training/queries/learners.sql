-- How many learners reviewed cards since a day.
SELECT count(DISTINCT learner) AS learners
FROM reviews
WHERE date >= {first}
