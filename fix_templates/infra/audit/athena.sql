<<head>>--
-- For Athena, over the table that CloudTrail's console makes for its trail (cloudtrail_logs here).
-- Who has asked is `useridentity`; for a role, `sessioncontext.sessionissuer` has the role itself.
-- Secrets are named by their path, by their ARN, or by the `arn` of a service event, which some
-- events spell `aRN`.

-- What these questions are about.
CREATE OR REPLACE VIEW <<view>> AS
WITH events AS (
    SELECT
        eventtime,
        eventname,
        eventtype,
        errorcode,
        sourceipaddress,
        useridentity.type AS kind,
        COALESCE(
            NULLIF(useridentity.sessioncontext.sessionissuer.arn, ''),
            useridentity.arn,
            useridentity.invokedby
        ) AS principal,
        COALESCE(
            json_extract_scalar(requestparameters, '$.secretId'),
            json_extract_scalar(requestparameters, '$.name'),
            json_extract_scalar(responseelements, '$.arn'),
            json_extract_scalar(responseelements, '$.aRN'),
            json_extract_scalar(additionaleventdata, '$.SecretId')
        ) AS secret
    FROM cloudtrail_logs
    WHERE eventsource = 'secretsmanager.amazonaws.com'
)
SELECT *
FROM events
WHERE secret IN (
<% for row in site.rows %>
    <<row.path|sql>><% if not loop.last %>,<% endif %>

<% endfor %>
)
<% for row in site.rows %>
OR regexp_like(secret, <<("^" ~ arn ~ row.path|replace(".", "[.]") ~ "-[A-Za-z0-9]{6}$")|sql>>)
<% endfor %>
;

-- Reads by others than those that may read.
SELECT principal, secret, COUNT(*) AS reads, MIN(eventtime) AS first, MAX(eventtime) AS last
FROM <<view>>
WHERE eventname IN ('GetSecretValue', 'BatchGetSecretValue')
    AND errorcode IS NULL
<% if readers %>
    AND principal NOT IN (
<% for reader in readers %>
        <<reader|sql>><% if not loop.last %>,<% endif %>

<% endfor %>
    )
<% endif %>
GROUP BY principal, secret
ORDER BY reads DESC;

-- Reads that were denied.
SELECT eventtime, principal, secret, errorcode, sourceipaddress
FROM <<view>>
WHERE eventname IN ('GetSecretValue', 'BatchGetSecretValue')
    AND errorcode IN ('AccessDenied', 'AccessDeniedException')
ORDER BY eventtime DESC;

-- Reads at night and on Sundays: change the hours to those in which nothing is deployed.
SELECT eventtime, principal, secret, sourceipaddress
FROM <<view>>
WHERE eventname = 'GetSecretValue'
    AND (
        hour(from_iso8601_timestamp(eventtime)) NOT BETWEEN 6 AND 20
        OR day_of_week(from_iso8601_timestamp(eventtime)) = 7
    )
ORDER BY eventtime DESC;

-- Changes, deletions and rotations.
SELECT eventtime, eventname, principal, secret, errorcode
FROM <<view>>
WHERE eventname NOT IN ('GetSecretValue', 'BatchGetSecretValue', 'DescribeSecret', 'ListSecrets')
ORDER BY eventtime DESC;
