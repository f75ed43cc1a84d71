<<head>># Values are not here: they would be in the state. `shield provision apply` puts them into the
# secrets, and `shield provision verify` reads them back.

terraform {
<% if write_only %>
  required_version = ">= 1.11"
<% elif imports %>
  required_version = ">= 1.6"
<% else %>
  required_version = ">= 1.3"
<% endif %>

  required_providers {
    aws = {
      source = "hashicorp/aws"
<% if write_only %>
      version = ">= 5.90"
<% else %>
      version = ">= 5.40"
<% endif %>
    }
  }
}
<% if rotates %>

variable "rotation_functions" {
  description = "The ARNs of the functions that rotate secrets, by the names of these. Without one a secret is not rotated: name it when the secret has a value."
  type = map(string)
  default = {}
}
<% endif %>
<% if write_only %>

variable "secret_values_version" {
  description = "A number that grows whenever values are to be written again; they are in no state, so Terraform cannot see that they differ."
  type = number
  default = 1
}
<% endif %>
<% for row in site.rows %>

# <<row.name>>
resource "aws_secretsmanager_secret" "<<row.label>>" {
  name = <<row.path|hcl>>
  description = <<row.description|hcl>>
<% if aws.kms_key %>
  kms_key_id = <<aws.kms_key|hcl>>
<% endif %>
  recovery_window_in_days = <<site.recovery>>

<% for region in aws.replicas %>
  replica {
    region = <<region|hcl>>
  }

<% endfor %>
  tags = {
<% for key, value in row.tags|items %>
    <<key|hcl>> = <<value|hcl>>
<% endfor %>
  }
<% if site.protect %>

  lifecycle {
    prevent_destroy = true
  }
<% endif %>
}
<% if write_only %>

variable "value_of_<<row.label>>" {
  description = "The value of <<row.name>>; it is in no plan and no state."
  type = string
  ephemeral = true
  sensitive = true
}

resource "aws_secretsmanager_secret_version" "<<row.label>>" {
  secret_id = aws_secretsmanager_secret.<<row.label>>.id
  secret_string_wo = var.value_of_<<row.label>>
  secret_string_wo_version = var.secret_values_version
}
<% endif %>
<% if imports %>

data "aws_secretsmanager_secret" "<<row.label>>_there" {
  name = <<row.path|hcl>>
}

import {
  to = aws_secretsmanager_secret.<<row.label>>
  id = data.aws_secretsmanager_secret.<<row.label>>_there.arn
}
<% endif %>
<% if row.rotation and (row.rotation.by_function or row.rotation.hosted) %>

# <<row.rotation.method>><% if row.rotation.note %>: <<row.rotation.note>><% endif %>

resource "aws_secretsmanager_secret_rotation" "<<row.label>>" {
  count = contains(keys(var.rotation_functions), <<row.name|hcl>>) ? 1 : 0

  secret_id = aws_secretsmanager_secret.<<row.label>>.id
  rotation_lambda_arn = var.rotation_functions[<<row.name|hcl>>]
  rotate_immediately = false

  rotation_rules {
    automatically_after_days = <<row.rotation.days>>
  }
}
<% endif %>
<% endfor %>
<% for reader in readers %>

data "aws_iam_policy_document" "<<reader.label>>" {
  statement {
    sid = "ReadSecrets"
    actions = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]

    resources = [
<% for row in reader.rows %>
      aws_secretsmanager_secret.<<row.label>>.arn,
<% endfor %>
<% for row in reader.rows %>
<% for region in aws.replicas %>
      replace(aws_secretsmanager_secret.<<row.label>>.arn, <<aws.region|hcl>>, <<region|hcl>>),
<% endfor %>
<% endfor %>
    ]
  }
<% if key %>

  statement {
    sid = "UseTheKey"
    actions = ["kms:Decrypt"]

    resources = [
<% for arn in key %>
      <<arn|hcl>>,
<% endfor %>
    ]

    condition {
      test = "StringEquals"
      variable = "kms:ViaService"
<% if services|length == 1 %>
      values = [<<services[0]|hcl>>]
<% else %>
      values = [<% for service in services %><<service|hcl>><% if not loop.last %>, <% endif %><% endfor %>]
<% endif %>
    }

    condition {
      test = "StringLike"
      variable = "kms:EncryptionContext:SecretARN"

      values = [
<% for row in reader.rows %>
        aws_secretsmanager_secret.<<row.label>>.arn,
<% endfor %>
<% for row in reader.rows %>
<% for region in aws.replicas %>
        replace(aws_secretsmanager_secret.<<row.label>>.arn, <<aws.region|hcl>>, <<region|hcl>>),
<% endfor %>
<% endfor %>
      ]
    }
<% if by_alias %>

    condition {
      test = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values = [<<aws.kms_key|hcl>>]
    }
<% endif %>
  }
<% endif %>
}

resource "aws_iam_policy" "<<reader.label>>" {
  name = "<<site.app>>-<<site.environment>>-secrets-<<reader.label|replace("_", "-")>>"
  description = "Reads the secrets of <<site.app>> in <<site.environment>>"
  policy = data.aws_iam_policy_document.<<reader.label>>.json
}
<% for role in aws.roles %>

resource "aws_iam_role_policy_attachment" "<<reader.label>>_<<loop.index>>" {
  role = <<role|hcl>>
  policy_arn = aws_iam_policy.<<reader.label>>.arn
}
<% endfor %>
<% endfor %>
