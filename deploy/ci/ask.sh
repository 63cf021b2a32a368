#!/usr/bin/env bash
# Asks Countersign before a job goes on: exits 0 only when the request was approved and the approval was redeemed.
# It needs bash, curl and jq. What it reads:
#   COUNTERSIGN_URL                      where Countersign listens
#   ASK_ACTION, ASK_RESOURCE=type:id     what is to be done, with what; ASK_USER: on whose behalf
#   ASK_PARAMS, ASK_RESOURCE_MEMBERS     JSON objects, optional; ASK_REASON, optional
#   ASK_TIMEOUT                          seconds to wait; then the request is withdrawn and the job fails (default 3600)
#   COUNTERSIGN_API_KEY                  or a token of the platform: COUNTERSIGN_ID_TOKEN, or GitHub Actions' own
set -euo pipefail
shopt -s inherit_errexit

readonly url="${COUNTERSIGN_URL:?says where Countersign listens; set it}"
readonly audience="${COUNTERSIGN_AUDIENCE:-countersign}"
readonly deadline=$((SECONDS + ${ASK_TIMEOUT:-3600}))
key="${COUNTERSIGN_API_KEY:-}"
id=''
status=000
answer=''

# --- What the log and the summary get. Words of people are data there, and no commands of the runner. ---

annotate() { # annotate error|notice TEXT
  local text
  text=$(LC_ALL=C tr -d '\000-\010\013\014\016-\037' <<<"$2")
  if [ -n "${GITHUB_ACTIONS:-}" ]; then
    text=${text//%/%25}
    text=${text//$'\r'/%0D}
    printf '::%s title=Countersign::%s\n' "$1" "${text//$'\n'/%0A}"
  else
    printf 'Countersign: %s\n' "$text"
  fi
}

summarize() { # summarize TEXT: as code, which no text in it can end
  [ -z "${GITHUB_STEP_SUMMARY:-}" ] || printf '### Countersign\n\n```text\n%s\n```\n' "${1//\`/ʼ}" >>"$GITHUB_STEP_SUMMARY"
}

output() { # output NAME VALUE, both ours: never a word of a person
  [ -z "${GITHUB_OUTPUT:-}" ] || printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"
}

fail() {
  annotate error "$1"
  summarize "$1"
  exit 1
}

field() { jq -r "$1 // empty" <<<"$answer"; }

# --- Calls. The key travels in a file descriptor, not in the list of processes. ---

call() { # call METHOD PATH [BODY]: sets status and answer
  local reply
  reply=$(curl --silent --max-time 60 --request "$1" --write-out '\n%{http_code}' \
    --config <(printf 'header = "Authorization: Bearer %s"\n' "$key") \
    --header 'Content-Type: application/json' ${3+--data-binary @-} "$url$2" <<<"${3-}") || true
  status=${reply##*$'\n'}
  answer=${reply%$'\n'*}
}

insist() { # the same, again while nobody answers who knows; a key that ended is exchanged anew
  local pause=1
  while :; do
    call "$@"
    case $status in
      401) [ -z "${COUNTERSIGN_API_KEY:-}" ] && [ "$pause" = 1 ] || return 0
           exchange ;;
      000 | 408 | 429 | 5??) ;;
      *) return 0 ;;
    esac
    [ "$SECONDS" -lt "$deadline" ] || fail "Countersign cannot be reached at $url. Check that it runs, and run the job again."
    sleep "$pause"
    pause=$((pause < 16 ? pause * 2 : 16))
  done
}

exchange() {
  local token=${COUNTERSIGN_ID_TOKEN:-}
  if [ -z "$token" ]; then
    [ -n "${ACTIONS_ID_TOKEN_REQUEST_URL:-}" ] ||
      fail 'There is neither a key nor a token. Give the job "permissions: id-token: write", or set COUNTERSIGN_API_KEY.'
    token=$(curl --silent --fail --max-time 20 "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=$audience" \
      --config <(printf 'header = "Authorization: Bearer %s"\n' "$ACTIONS_ID_TOKEN_REQUEST_TOKEN") | jq -r .value) ||
      fail 'GitHub Actions gives no ID token just now. Run the job again.'
  fi
  key=$token
  local tries
  for tries in 1 2 4 8 16; do
    call POST /v1/token
    case $status in
      200) key=$(field .access_token)
           return ;;
      000 | 429 | 5??) sleep "$tries" ;;
      *) break ;;
    esac
  done
  fail "Countersign takes no token of this job (${status}): $(field .detail)"
}

withdraw() {
  trap - EXIT INT TERM
  [ -z "$id" ] || call POST "/v1/requests/$id/cancel" '{}'
}

request() {
  jq --null-input --compact-output \
    --arg action "${ASK_ACTION:?says what is to be done; set it}" --arg user "${ASK_USER:?says on whose behalf; set it}" \
    --arg resource "${ASK_RESOURCE:?says with what, as type:id; set it}" --arg reason "${ASK_REASON:-}" \
    --argjson params "${ASK_PARAMS:-null}" --argjson members "${ASK_RESOURCE_MEMBERS:-null}" \
    --arg expires "$((deadline - SECONDS))s" '
      ($resource | index(":")) as $colon
      | { action: $action, user: { id: $user },
          resource: (($members // {}) + { type: $resource[:$colon], id: $resource[$colon + 1:] }), expires_in: $expires }
      + (if $params == null then {} else { params: $params } end)
      + (if $reason == "" then {} else { reason: $reason } end)'
}

# --- Ask, wait, redeem. ---

case ${ASK_RESOURCE:-} in ?*:?*) ;; *) fail 'ASK_RESOURCE is not of the form type:id. Correct it, for example service:shop.' ;; esac
body=$(request) || fail 'ASK_PARAMS or ASK_RESOURCE_MEMBERS is not a JSON object. Correct it.'
# A step that is run again asks again; a call that is sent again does not.
readonly attempt="${GITHUB_RUN_ID:-${CI_JOB_ID:-$$}}-${GITHUB_RUN_ATTEMPT:-1}-${GITHUB_ACTION:-}-$RANDOM$RANDOM$RANDOM"

[ -n "$key" ] || exchange
trap withdraw EXIT
trap 'exit 143' TERM
trap 'exit 130' INT
insist POST /v1/requests "$(jq -c --arg key "$attempt" '. + { idempotency_key: $key }' <<<"$body")"
[ "$status" = 201 ] || [ "$status" = 200 ] || fail "The request was not taken ($status): $(field .detail)"
id=$(field .id)
output request "$id"
told='nothing yet'
while [ "$(field .status)" = pending ]; do
  asked=$(jq -r '[.stages[]? | "\(.title // .id): \(.have // 0) of \(.quorum)"] | join(", ")' <<<"$answer")
  [ "$asked" = "$told" ] || [ -z "$asked" ] || annotate notice "$id waits for people in Slack. ${asked}"
  told=$asked
  [ "$SECONDS" -lt "$deadline" ] || fail "Nobody decided about $id in time, so it was withdrawn. Ask the approvers, and run the job again."
  # Short: a job that is cancelled has some seconds to withdraw what it asked. Shorter: policy is about to say whom it wants.
  insist GET "/v1/requests/$id/wait?timeout=$([ -n "$asked" ] && echo 5s || echo 500ms)"
  [ "$status" = 200 ] || fail "$id cannot be waited for any more ($status): $(field .detail)"
done

end=$(field .status)
output status "$end"
trap - EXIT
if [ "$end" != approved ]; then
  fail "$id ended $end by $(field .resolved_by). $(field .resolution_reason)"
fi
voters=$(jq -r '[.votes[]? | select(.counted and .vote == "approve") | .by] | unique | join(", ")' <<<"$answer")
insist POST /v1/redeem "$(jq -c --argjson request "$body" --arg key "$attempt" \
  '{ grant, request: $request, idempotency_key: $key }' <<<"$answer")"
[ "$status" = 200 ] || fail "$id was approved and may not be done now ($status): $(field .detail)"
summarize "$id: approved by ${voters:-policy}, and redeemed."
annotate notice "$id is approved by ${voters:-policy}."
