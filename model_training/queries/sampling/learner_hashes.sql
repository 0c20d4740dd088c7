-- The scored reviews, with the group of their learner: 0 to {groups} − 1, by the first six hexadecimal digits
-- of the id's MD5, so that every engine puts a learner into the same one. Other files go on from here.
WITH digests AS (
    SELECT *, substr(md5(learner), 1, 6) AS digits
    FROM reviews
    WHERE scored
),
hashed AS (
    SELECT
        *,
        floor(
            cast(
                (position(substr(digits, 1, 1) IN '0123456789abcdef') - 1) * 1048576
                + (position(substr(digits, 2, 1) IN '0123456789abcdef') - 1) * 65536
                + (position(substr(digits, 3, 1) IN '0123456789abcdef') - 1) * 4096
                + (position(substr(digits, 4, 1) IN '0123456789abcdef') - 1) * 256
                + (position(substr(digits, 5, 1) IN '0123456789abcdef') - 1) * 16
                + (position(substr(digits, 6, 1) IN '0123456789abcdef') - 1)
            AS double) * {groups} / 16777216
        ) AS learner_group
    FROM digests
)
