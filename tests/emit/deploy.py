"""Deploys templates to an AWS of this machine, and looks at what is there then.

    python deploy.py cloudformation FOLDER
    python deploy.py cdk FOLDER        # the folder has a template that the CDK has made

moto's CloudFormation knows no secrets: it says that all is well, and makes none. So the types of
Secrets Manager are added here, and ask moto's own Secrets Manager for what a template says; what
moto has of parameters, conditions, references and IAM is its own. Macros such as those of hosted
rotation are not carried out.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import boto3
from moto import mock_aws
from moto.core.common_models import CloudFormationModel

REGION, ACCOUNT = "eu-central-1", "123456789012"
PATHS = [
    f"/acme/production/{it}"
    for it in [
        "alpaca/credentials",
        "database/credentials",
        "reporting/credentials",
        "secret-key",
        "webhook/token",
    ]
]
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:rotate"
# What a template may say of a secret: never what it holds.
KNOWN = {"Name", "Description", "KmsKeyId", "ReplicaRegions", "Tags"}


class SecretModel(CloudFormationModel):
    """A secret, which a template refers to by its ARN."""

    # moto asks its classes where they are from.
    __module__ = "moto.secretsmanager.deploy"

    def __init__(self, arn: str) -> None:
        self.physical_resource_id = arn

    @staticmethod
    def cloudformation_name_type() -> str:
        return "Name"

    @staticmethod
    def cloudformation_type() -> str:
        return "AWS::SecretsManager::Secret"

    @classmethod
    def create_from_cloudformation_json(cls, _name: str, template: Any, *_: Any, **__: Any) -> Any:
        asked = dict(template["Properties"])
        assert asked.keys() <= KNOWN, asked.keys()
        copies = asked.pop("ReplicaRegions", [])
        return cls(client("secretsmanager").create_secret(**asked, AddReplicaRegions=copies)["ARN"])


class RotationModel(CloudFormationModel):
    """A schedule, which is kept as it was asked for: without a value nothing can be rotated."""

    __module__ = "moto.secretsmanager.deploy"
    asked: list[Any] = []

    def __init__(self, secret: str) -> None:
        self.physical_resource_id = secret

    @staticmethod
    def cloudformation_name_type() -> str:
        return ""

    @staticmethod
    def cloudformation_type() -> str:
        return "AWS::SecretsManager::RotationSchedule"

    @classmethod
    def create_from_cloudformation_json(cls, _name: str, template: Any, *_: Any, **__: Any) -> Any:
        cls.asked.append(template["Properties"])
        return cls(template["Properties"]["SecretId"])


def client(service: str) -> Any:
    return boto3.client(
        service, region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test"
    )


def check(template: str, parameters: dict[str, str]) -> None:
    """What a stack of the template has made."""
    cloud, secrets, iam = client("cloudformation"), client("secretsmanager"), client("iam")
    iam.create_role(RoleName="acme-api", Path="/service/", AssumeRolePolicyDocument="{}")
    given = [{"ParameterKey": key, "ParameterValue": it} for key, it in parameters.items()]
    RotationModel.asked.clear()
    cloud.create_stack(
        StackName="secrets",
        TemplateBody=template,
        Parameters=given,
        Capabilities=["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    (stack,) = cloud.describe_stacks(StackName="secrets")["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE", stack
    made = {it["Name"]: it for it in secrets.list_secrets()["SecretList"]}
    assert sorted(made) == PATHS, sorted(made)
    for path, secret in made.items():
        about = secrets.describe_secret(SecretId=path)
        assert not about.get("VersionIdsToStages"), f"{path} has a value"
        assert about["KmsKeyId"] == "alias/acme-secrets", about
        assert [it["Region"] for it in about["ReplicationStatus"]] == ["eu-west-1"]
        tags = {it["Key"]: it["Value"] for it in secret["Tags"]}
        assert tags["ManagedBy"] == "shield" and tags["Environment"] == "production", tags
        assert tags["team"] == "platform" and tags["App"] == "acme", tags
        # `shield provision apply` fills what a template has made.
        secrets.put_secret_value(SecretId=path, SecretString="made-up")
        assert secrets.get_secret_value(SecretId=path)["SecretString"] == "made-up"


def cloudformation(folder: Path) -> None:
    template = (folder / "secrets.template.json").read_text()
    # Nothing rotates before there are values.
    with mock_aws():
        check(template, {})
        assert not RotationModel.asked
        # The readers get the policy, which has the very secrets.
        iam = client("iam")
        (policy,) = iam.list_attached_role_policies(RoleName="acme-api")["AttachedPolicies"]
        about = iam.get_policy(PolicyArn=policy["PolicyArn"])["Policy"]
        version = iam.get_policy_version(
            PolicyArn=policy["PolicyArn"], VersionId=about["DefaultVersionId"]
        )
        read = version["PolicyVersion"]["Document"]["Statement"][0]["Resource"]
        found = {it.rpartition(":")[2].removesuffix("-??????") for it in read}
        assert found == set(PATHS), found
    with mock_aws():
        check(template, {"DatabaseCredentialsRotationFunction": FUNCTION})
        (rotation,) = RotationModel.asked
        assert "database/credentials" in rotation["SecretId"], rotation
        assert rotation["RotationLambdaARN"] == FUNCTION
        assert rotation["RotateImmediatelyOnUpdate"] in (False, "false")
        assert int(rotation["RotationRules"]["AutomaticallyAfterDays"]) == 30


def cdk(folder: Path) -> None:
    (path,) = (folder / "cdk.out").glob("*.template.json")
    with mock_aws():
        check(path.read_text(), {})


if __name__ == "__main__":
    {"cloudformation": cloudformation, "cdk": cdk}[sys.argv[1]](Path(sys.argv[2]))
