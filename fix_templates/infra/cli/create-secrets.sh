#!/usr/bin/env bash
<<head>>#
# Makes the secrets that are not there yet, and asks for the value of each: nothing is shown, and
# nothing is in a list of processes or in the history of a shell. Where there is no terminal, the
# values are read from standard input, one on a line, in the order below. What has a value keeps
# it, so this can be run again. Values of several lines: `shield provision apply`.
#
# What stands in single quotes below is a description, and stays as it is.
# shellcheck disable=SC2016
set -euo pipefail
# Not even with `bash -x`.
set +x
export AWS_PAGER=

region=<<aws.region|sh>>
account=<<aws.account|sh>>

call() {
    aws --region "$region" --output text "$@"
}

found=$(call sts get-caller-identity --query Account)
if [[ $found != "$account" ]]; then
    printf 'This is account %s, and the secrets belong to %s. Nothing was done.\n' "$found" "$account" >&2
    exit 1
fi

# From here on nothing that is typed is shown: not even what is typed before it is asked for.
if [[ -t 0 ]]; then
    terminal=$(stty -g)
    trap 'stty "$terminal"' EXIT
    stty -echo
fi

# ask WHAT: a value, into $value.
value=
ask() {
    if [[ -t 0 ]]; then
        printf '%s: ' "$1" >&2
    fi
    if ! IFS= read -rs value || [[ -z $value ]]; then
        printf 'No value for %s.\n' "$1" >&2
        exit 1
    fi
    if [[ -t 0 ]]; then
        printf '\n' >&2
    fi
}

# secret PATH WHAT REQUEST: makes the secret, or fills it, or leaves it.
secret() {
    local path=$1 what=$2 request=$3 answer
    if ! answer=$(call secretsmanager describe-secret --secret-id "$path" \
        --query "VersionIdsToStages && 'filled' || 'empty'" 2>&1); then
        if [[ $answer != *ResourceNotFoundException* ]]; then
            printf '%s: %s\n' "$path" "$answer" >&2
            exit 1
        fi
        ask "$what"
        # `printf` is a part of bash, so no other process gets the value as an argument.
        printf %s "$value" | call secretsmanager create-secret \
            --cli-input-json "$request" --secret-string file:///dev/stdin --query Name >/dev/null
        printf '%s: made\n' "$path"
    elif [[ $answer == filled ]]; then
        printf '%s: is there\n' "$path"
    else
        ask "$what"
        printf %s "$value" | call secretsmanager put-secret-value \
            --secret-id "$path" --secret-string file:///dev/stdin --query Name >/dev/null
        printf '%s: has a value now\n' "$path"
    fi
    value=
}

<% for call in calls %>
secret <<call.path>> \
    <<call.what>> \
    <<call.request>>
<% endfor %>
