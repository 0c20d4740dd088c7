-- The UTC days on which cards were reviewed, since a day, and by how many learners.
SELECT date AS day, count(*) AS reviews, count(DISTINCT learner) AS learners
FROM reviews
WHERE date >= {first}
GROUP BY date
ORDER BY date
