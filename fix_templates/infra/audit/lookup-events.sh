#!/usr/bin/env bash
<<head>>#
# The last ninety days of changes, as CloudTrail keeps them for everybody: no trail is needed. For
# reads, and for more, ask athena.sql.
set -euo pipefail
export AWS_PAGER=

region=<<aws.region|sh>>

# events NAME: what is known of these events.
events() {
    aws --region "$region" --output json cloudtrail lookup-events \
        --lookup-attributes "AttributeKey=EventName,AttributeValue=$1" \
        --query "Events[?EventSource=='secretsmanager.amazonaws.com'].[EventTime,EventName,Username,Resources[0].ResourceName]"
}

for name in \
    CancelRotateSecret DeleteResourcePolicy DeleteSecret PutResourcePolicy PutSecretValue \
    RestoreSecret RotateSecret RotationFailed UpdateSecret UpdateSecretVersionStage; do
    printf '== %s\n' "$name"
    events "$name"
done
