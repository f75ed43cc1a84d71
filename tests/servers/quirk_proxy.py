"""Stands before moto's server and answers as AWS Secrets Manager does where moto differs.

    python quirk_proxy.py http://127.0.0.1:5000    # prints the port it listens on

What AWS answers is taken from its documentation and from recorded answers. Faults are asked for
with `POST /_fault`, `{"kind": "denied", "times": 1}` (without `times`: until `kind` is null);
`GET /_calls` counts the calls by action; `stopping.py` has what else can go wrong.
`GET /secretsmanager/get` is what the AWS Secrets Manager Agent serves on a machine; its token is
`agent-token`. Calls of STS go through as they are.
"""

from __future__ import annotations

import http.client
import json
import re
import socket
import struct
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from contextlib import closing, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from stopping import Stop, whole_body

Answer = tuple[int, dict[str, Any]]

# What a fault answers: status, code, message.
FAULTS = {
    "denied": (400, "AccessDeniedException", "User: x is not authorized to perform: y on {id}"),
    "key-denied": (400, "AccessDeniedException", "Access to KMS is not allowed"),
    "key-disabled": (400, "DecryptionFailure", "cannot decrypt {id}"),
    "unauthenticated": (400, "UnrecognizedClientException", "The security token is invalid."),
    "expired": (400, "ExpiredTokenException", "The security token is expired"),
    "throttled": (400, "ThrottlingException", "Rate exceeded"),
    "unavailable": (503, "ServiceUnavailable", "try again"),
    "broken": (500, "InternalServiceError", "An error occurred on the server side."),
}
FORM = "application/x-www-form-urlencoded"
NAME = re.compile(r"[A-Za-z0-9/_+=.@-]{1,512}")
REFUSED_WHEN_DELETED = (
    "GetSecretValue",
    "PutSecretValue",
    "RotateSecret",
    "TagResource",
    "UpdateSecret",
)


class Proxy(ThreadingHTTPServer):
    """The server, with what it was asked to do wrong and how often it was asked."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, upstream: str, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.upstream = upstream
        self.lock = threading.Lock()
        self.calls: Counter[str] = Counter()
        self.fault: tuple[str | None, float] = (None, 0)
        self.stop = Stop()
        # How much older versions are said to be, in seconds.
        self.age = 0
        # How secrets are rotated, by ARN.
        self.turning: dict[str, dict[str, Any]] = {}

    def next_fault(self) -> str | None:
        with self.lock:
            kind, times = self.fault
            self.fault = (kind if times > 1 else None, times - 1)
            return kind


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Without it, what comes in two parts waits for 40 ms in between.
    disable_nagle_algorithm = True
    server: Proxy

    def log_message(self, *_: object) -> None:
        """Nothing: requests carry secrets."""

    def do_GET(self) -> None:
        url = urllib.parse.urlsplit(self.path)
        if url.path == "/_calls":
            return self.reply((200, dict(self.server.calls)))
        if self.headers.get("X-Aws-Parameters-Secrets-Token") != "agent-token":
            return self.reply((403, {"__type": "AccessDeniedException", "message": "Bad Token"}))
        name = urllib.parse.parse_qs(url.query)["secretId"][0]
        return self.act("GetSecretValue", {"SecretId": name})

    def do_POST(self) -> None:
        data = whole_body(self)
        if data is None:
            return self.hang_up()
        # `urllib` calls all that it sends a form, that of a test as well.
        if self.headers.get("Content-Type") == FORM and self.path != "/_fault":
            return self.pass_through(data)
        body = json.loads(data or "{}")
        if self.path == "/_fault":
            times = body.get("times") or float("inf")
            self.server.fault = (body["kind"], times)
            self.server.stop.set(body.get("stop"))
            self.server.age = body.get("age", 0)
            self.server.calls.clear()
            return self.reply((200, {}))
        return self.act(self.headers.get("X-Amz-Target", "").rpartition(".")[2], body)

    def act(self, action: str, body: dict[str, Any]) -> None:
        with self.server.lock:
            self.server.calls[action] += 1
        call = self.server.stop.count()
        if self.server.stop.strikes(call, "before"):
            return self.hang_up()
        fault = self.server.next_fault()
        if fault in FAULTS:
            status, code, message = FAULTS[fault]
            return self.reply(refusal(code, message.format(id=body.get("SecretId")), status))
        if fault == "slow":
            time.sleep(8)
        if fault == "half-closed":
            # The client has sent its question, and hears nothing but the end.
            return self.hang_up()
        answer = self.answer(action, body)
        if self.server.stop.strikes(call, "after"):
            return self.hang_up()
        return self.reply(answer, reset=fault == "reset")

    def hang_up(self) -> None:
        self.close_connection = True
        # Who was ended has hung up already.
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def answer(self, action: str, body: dict[str, Any]) -> Answer:
        if action == "BatchGetSecretValue":
            return self.batch(body)
        if action == "GetSecretValue" and not body.keys() & {"VersionStage", "VersionId"}:
            body = {**body, "VersionStage": "AWSCURRENT"}
        wrong = wrongly_asked(action, body)
        if wrong is not None:
            return wrong
        if action == "ListSecretVersionIds":
            status, told = self.upstream(action, body)
            for one in told.get("Versions", []):
                one["CreatedDate"] -= self.server.age
            return status, told
        if action in ("DescribeSecret", "ListSecrets"):
            status, told = self.upstream(action, body)
            for one in told.get("SecretList", [told]):
                one.update(self.server.turning.get(one.get("ARN"), {}))
            return status, told
        name = body.get("SecretId", body.get("Name"))
        about = self.upstream("DescribeSecret", {"SecretId": name})[1] if name else {}
        deleted = about.get("DeletedDate") is not None
        if deleted and action == "CreateSecret":
            text = "You can't create this secret because a secret with this name is already"
            return refusal("InvalidRequestException", f"{text} scheduled for deletion.")
        if deleted and action in REFUSED_WHEN_DELETED:
            text = (
                "You can't perform this operation on the secret because it was marked for deletion."
            )
            return refusal("InvalidRequestException", text)
        if action == "DeleteSecret" and about.get("ReplicationStatus"):
            text = "You can't delete a secret that is replicated to other Regions."
            return refusal("InvalidRequestException", text)
        if action in ("RotateSecret", "CancelRotateSecret"):
            return self.rotate(action, body, about)
        return self.upstream(action, body)

    def rotate(self, action: str, body: dict[str, Any], about: dict[str, Any]) -> Answer:
        """moto calls functions in containers, and rotates when it is told not to."""
        turning = self.server.turning
        arn = about.get("ARN", "")
        if not arn:
            return self.upstream(action, body)
        if action == "CancelRotateSecret":
            turning.get(arn, {})["RotationEnabled"] = False
            return 200, {"ARN": arn, "Name": about["Name"]}
        function = body.get("RotationLambdaARN") or turning.get(arn, {}).get("RotationLambdaARN")
        if not function:
            text = "No Lambda rotation function ARN is associated with this secret."
            return refusal("InvalidRequestException", text)
        pending = [it for it, has in about["VersionIdsToStages"].items() if has == ["AWSPENDING"]]
        if pending and body.get("RotateImmediately", True):
            text = "A previous rotation isn't complete. That rotation will be reattempted."
            return refusal("InvalidRequestException", text)
        known = turning.setdefault(arn, {})
        rules = body.get("RotationRules")
        known.update({"RotationEnabled": True, "RotationLambdaARN": function})
        known.update({"RotationRules": rules} if rules else {})
        made = {"ARN": arn, "Name": about["Name"]}
        if not body.get("RotateImmediately", True):
            return 200, made
        # What the function does: a new value, with the token as the name of its version.
        put = {"SecretId": arn, "SecretString": f"turned-{time.time_ns()}"}
        put["ClientRequestToken"] = body["ClientRequestToken"]
        self.upstream("PutSecretValue", {**put, "VersionStages": ["AWSPENDING"]})
        stages = about["VersionIdsToStages"].items()
        move = {
            "SecretId": arn,
            "VersionStage": "AWSCURRENT",
            "MoveToVersionId": body["ClientRequestToken"],
            "RemoveFromVersionId": next(it for it, has in stages if "AWSCURRENT" in has),
        }
        status, answer = self.upstream("UpdateSecretVersionStage", move)
        return status, made if status == 200 else answer

    def pass_through(self, data: bytes) -> None:
        """A call of STS, which speaks in forms and XML."""
        action = urllib.parse.parse_qs(data.decode()).get("Action", [""])[0]
        with self.server.lock:
            self.server.calls[action] += 1
        call = self.server.stop.count()
        if self.server.stop.strikes(call, "before"):
            return self.hang_up()
        headers = {"Content-Type": FORM, "Authorization": self.headers.get("Authorization", "")}
        request = urllib.request.Request(self.server.upstream, data, headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                status, body = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, body = error.code, error.read()
        if self.server.stop.strikes(call, "after"):
            return self.hang_up()
        return self.send(status, body, "text/xml")

    def batch(self, body: dict[str, Any]) -> Answer:
        found: list[Any] = []
        errors: list[Any] = []
        for name in body.get("SecretIdList", []):
            status, one = self.answer("GetSecretValue", {"SecretId": name})
            code = one.get("__type", "").rpartition("#")[2]
            failed = {"SecretId": name, "ErrorCode": code, "Message": one.get("message")}
            (found if status == 200 else errors).append(one if status == 200 else failed)
        return 200, {"SecretValues": found, "Errors": errors}

    def upstream(self, action: str, body: dict[str, Any]) -> Answer:
        region = "/20260101/eu-central-1/secretsmanager/aws4_request"
        headers = {
            "X-Amz-Target": f"secretsmanager.{action}",
            "Content-Type": "application/x-amz-json-1.1",
            "Authorization": self.headers.get("Authorization")
            or f"AWS4-HMAC-SHA256 Credential=a{region}, SignedHeaders=host, Signature=b",
        }
        data = json.dumps(body).encode()
        host = urllib.parse.urlsplit(self.server.upstream).netloc
        with closing(http.client.HTTPConnection(host, timeout=30)) as connection:
            connection.request("POST", "/", data, headers)
            answer = connection.getresponse()
            body = json.loads(answer.read() or "{}")
            # A secret that is not there is 404 for moto.
            return 400 if answer.status == 404 else answer.status, body

    def reply(self, answer: Answer, *, reset: bool = False) -> None:
        status, body = answer
        data = json.dumps(body).encode()
        if reset:
            self.send(status, b"", "application/x-amz-json-1.1", len(data))
            self.wfile.write(data[: len(data) // 2])
            self.wfile.flush()
            # Closed with what was not sent thrown away: a reset.
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.close_connection = True
            self.connection.close()
        else:
            self.send(status, data, "application/x-amz-json-1.1")

    def send(self, status: int, data: bytes, kind: str, length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data) if length is None else length))
        self.end_headers()
        self.wfile.write(data)


def refusal(code: str, message: str, status: int = 400) -> Answer:
    return status, {"__type": code, "message": message}


def wrongly_asked(action: str, body: dict[str, Any]) -> Answer | None:
    """What AWS says before it looks for a secret, and moto does not."""
    if action == "CreateSecret" and not NAME.fullmatch(body.get("Name", "")):
        return refusal("ValidationException", "Invalid name.")
    if len(body.get("SecretString", "").encode()) > 65_536:
        return refusal("ValidationException", "Member must have length less than or equal to 65536")
    if "SecretString" in body and "SecretBinary" in body:
        return refusal(
            "InvalidParameterException", "You can't specify both SecretString and -Binary."
        )
    return None


if __name__ == "__main__":
    proxy = Proxy(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    print(proxy.server_address[1], flush=True)
    proxy.serve_forever()
