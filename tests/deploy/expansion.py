"""`template.yaml` as CloudFormation gets it: expanded by SAM and, for one set of parameters, with
its conditions decided and its references resolved to the names that a stack would have."""

import copy
import logging
import os
import re
from pathlib import Path
from types import SimpleNamespace

os.environ["AWS_DEFAULT_REGION"] = "eu-central-1"

# They warn that something was measured and nobody told, and of features that are not asked for.
for quiet in ("samtranslator.metrics.metrics", "samtranslator.feature_toggle.feature_toggle"):
    logging.getLogger(quiet).setLevel(logging.ERROR)

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).resolve().parents[2]

PSEUDO = {
    "AWS::AccountId": "111122223333",
    "AWS::Partition": "aws",
    "AWS::Region": "eu-central-1",
    "AWS::StackName": "stack",
    "AWS::StackId": "stack-id",
    "AWS::URLSuffix": "amazonaws.com",
}

# What a stack names itself, by type: the property, and the service part of its ARN.
NAMED = {
    "AWS::DynamoDB::Table": ("TableName", "dynamodb:{at}:table/{name}"),
    "AWS::S3::Bucket": ("BucketName", "s3:::{name}"),
    "AWS::SQS::Queue": ("QueueName", "sqs:{at}:{name}"),
    "AWS::SNS::Topic": ("TopicName", "sns:{at}:{name}"),
    "AWS::SecretsManager::Secret": ("Name", "secretsmanager:{at}:secret:{name}"),
    "AWS::SES::ConfigurationSet": ("Name", "ses:{at}:configuration-set/{name}"),
    "AWS::Logs::LogGroup": ("LogGroupName", "logs:{at}:log-group:{name}"),
    "AWS::Lambda::Function": (None, "lambda:{at}:function:{name}"),
    "AWS::IAM::Role": (None, "iam::{account}:role/{name}"),
    "AWS::CloudWatch::Alarm": (None, "cloudwatch:{at}:alarm:{name}"),
    "AWS::Events::Rule": (None, "events:{at}:rule/{name}"),
    "AWS::Scheduler::ScheduleGroup": ("Name", "scheduler:{at}:schedule-group/{name}"),
}

# A `Ref` to these is an ARN or a URL, not a name.
BY_ARN = {"AWS::SecretsManager::Secret", "AWS::SNS::Topic"}

NO_VALUE = object()


def load():
    """The template as it is written."""
    return yaml_parse((ROOT / "template.yaml").read_text())


def expand(template, parameters=None):
    """What SAM makes of a template. The parameters are still open, but for `Canary`, which SAM reads."""
    template = copy.deepcopy(template)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = {"Bucket": "artefacts", "Key": "bootstrap.zip"}
    return transform(template, parameters or {}, SimpleNamespace(load=dict))


class Stack:
    """The resources of a stack of one expansion and one set of parameters."""

    def __init__(self, expansion, parameters):
        defaults = {
            name: str(it["Default"])
            for name, it in expansion.get("Parameters", {}).items()
            if "Default" in it
        }
        unknown = set(parameters) - set(expansion.get("Parameters", {}))
        if unknown:
            raise ValueError(f"no parameter is called {sorted(unknown)}")
        self._known = {**PSEUDO, **defaults, **parameters}
        self._conditions = expansion.get("Conditions", {})
        self._open = expansion["Resources"]
        exists = {
            name: it
            for name, it in self._open.items()
            if "Condition" not in it or self._holds(it["Condition"])
        }
        self.resources = {name: self._resolved(it) for name, it in exists.items()}

    def of(self, kind):
        """The resources of a type, by their logical ids."""
        return {name: it for name, it in self.resources.items() if it["Type"] == kind}

    def properties(self, kind):
        """The properties of the resources of a type, by their logical ids."""
        return {name: it.get("Properties", {}) for name, it in self.of(kind).items()}

    def parameter(self, name):
        """The value of a parameter."""
        return self._known[name]

    def _holds(self, condition):
        return self._truth(self._conditions[condition])

    def _truth(self, it):
        (verb, of), = it.items()
        match verb:
            case "Condition":
                return self._holds(of)
            case "Fn::Equals":
                left, right = (str(self._resolved(side)) for side in of)
                return left == right
            case "Fn::Not":
                return not self._truth(of[0])
            case "Fn::And":
                return all(map(self._truth, of))
            case "Fn::Or":
                return any(map(self._truth, of))
        raise ValueError(f"a condition by {verb}")

    def _resolved(self, it):
        if isinstance(it, list):
            return [found for found in map(self._resolved, it) if found is not NO_VALUE]
        if not isinstance(it, dict):
            return it
        if len(it) == 1:
            (verb, of), = it.items()
            match verb:
                case "Ref":
                    return self._named(of)
                case "Fn::GetAtt":
                    return self._attribute(*(of.split(".", 1) if isinstance(of, str) else of))
                case "Fn::Sub":
                    text, own = (of, {}) if isinstance(of, str) else of
                    return re.sub(r"\$\{([^}!]+)\}", lambda name: self._inner(name[1], own), text)
                case "Fn::If":
                    condition, then, otherwise = of
                    return self._resolved(then if self._holds(condition) else otherwise)
                case "Fn::Join":
                    return of[0].join(str(self._resolved(part)) for part in of[1])
        resolved = {name: self._resolved(value) for name, value in it.items()}
        return {name: value for name, value in resolved.items() if value is not NO_VALUE}

    def _inner(self, name, own):
        if name in own:
            return str(self._resolved(own[name]))
        return str(self._attribute(*name.split(".", 1)) if "." in name else self._named(name))

    def _named(self, name):
        if name == "AWS::NoValue":
            return NO_VALUE
        if name in self._known:
            return self._known[name]
        kind = self._open[name]["Type"]
        return self._attribute(name, "Arn") if kind in BY_ARN else self._own_name(name)

    def _own_name(self, name):
        resource = self._open[name]
        property_, _ = NAMED.get(resource["Type"], (None, None))
        own = resource.get("Properties", {}).get(property_) if property_ else None
        return name if own is None else self._resolved(own)

    def _attribute(self, name, attribute):
        _, arn = NAMED.get(self._open[name]["Type"], (None, None))
        if attribute not in ("Arn", "TopicArn") or arn is None:
            return f"{name}.{attribute}"
        account = self._known["AWS::AccountId"]
        at = f"{self._known['AWS::Region']}:{account}"
        return "arn:aws:" + arn.format(at=at, account=account, name=self._own_name(name))
