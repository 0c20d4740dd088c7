-- The UTC days on which cards were reviewed, since a day.
SELECT date AS day, count(*) AS reviews
FROM reviews
WHERE date >= {first}
GROUP BY date
ORDER BY date
