//! References and conditions, resolved as a stack called `local` with default parameters would.

use std::collections::BTreeMap;

use super::{Read, TemplateError, need};
use crate::{
    standin::sqs,
    template::yaml::{Node, Value},
};

/// The stack's name: the first part of every name in it.
const STACK: &str = "local";
const REGION: &str = "eu-central-1";
const ACCOUNT: &str = "000000000000";

/// What a deploy of the local stack would give for parameters: it has its own host.
const PARAMETERS: [(&str, &str); 1] = [("CertificateArn", "local")];

/// One resource of the file whose condition holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Resource<'a> {
    pub(super) id: &'a str,
    pub(super) line: usize,
    pub(super) kind: &'a str,
    pub(super) properties: &'a Node,
}

/// What references lead to.
#[derive(Debug)]
pub(super) struct Resolver<'a> {
    parameters: BTreeMap<&'a str, String>,
    conditions: BTreeMap<&'a str, &'a Node>,
    globals: Option<&'a Node>,
    resources: Vec<Resource<'a>>,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(root: &'a Node) -> Read<Self> {
        let of = |name| root.get(name).map(Node::entries).unwrap_or_default();
        let mut parameters = BTreeMap::new();
        for (key, parameter) in of("Parameters") {
            let given = PARAMETERS.iter().find(|(name, _)| *name == key.name);
            let default = parameter.get("Default").and_then(Node::text).unwrap_or_default();
            let value = given.map_or(default, |(_, value)| value);
            parameters.insert(key.name.as_str(), value.to_owned());
        }
        let conditions = of("Conditions").iter().map(|(key, node)| (key.name.as_str(), node));
        let globals = root.get("Globals").and_then(|globals| globals.get("Function"));
        let mut resolver =
            Self { parameters, conditions: conditions.collect(), globals, resources: Vec::new() };
        for (key, node) in of("Resources") {
            if let Some(condition) = node.get("Condition")
                && !resolver.holds(condition)?
            {
                continue;
            }
            resolver.resources.push(Resource {
                id: &key.name,
                line: key.line,
                kind: need(node, "Type")?.text().unwrap_or_default(),
                properties: node.get("Properties").unwrap_or(node),
            });
        }
        Ok(resolver)
    }

    pub(super) fn resources(&self) -> impl Iterator<Item = Resource<'a>> {
        self.resources.iter().copied()
    }

    pub(super) fn globals(&self) -> Option<&'a Node> {
        self.globals
    }

    /// The name that a resource has in the stack.
    pub(super) fn name_of(&self, id: &str) -> Read<String> {
        let Some(resource) = self.resources().find(|resource| resource.id == id) else {
            return Ok(id.to_owned());
        };
        let name = match resource.kind {
            "AWS::DynamoDB::Table" => "TableName",
            "AWS::SQS::Queue" => "QueueName",
            "AWS::S3::Bucket" => "BucketName",
            "AWS::SecretsManager::Secret" | "AWS::SES::ConfigurationSet" => "Name",
            // These two may go without a name.
            "AWS::SNS::Topic" | "AWS::Events::Rule" => {
                let name = match resource.kind {
                    "AWS::SNS::Topic" => "TopicName",
                    _ => "Name",
                };
                let name = resource.properties.get(name);
                return name.map_or_else(|| Ok(id.to_owned()), |name| self.text(name));
            }
            "AWS::Serverless::Function" => {
                let code = need(resource.properties, "CodeUri")?;
                let path = self.text(code)?;
                return Ok(path.rsplit('/').next().unwrap_or(&path).to_owned());
            }
            _ => return Ok(id.to_owned()),
        };
        self.text(need(resource.properties, name)?)
    }

    pub(super) fn number(&self, node: &Node) -> Read<u32> {
        let text = self.text(node)?;
        text.parse().map_err(|_| TemplateError::at(node.line, format!("`{text}` is no number")))
    }

    pub(super) fn number_or(&self, node: Option<&Node>, otherwise: u32) -> Read<u32> {
        node.map_or(Ok(otherwise), |node| self.number(node))
    }

    /// The text of a value, with its references resolved.
    pub(super) fn text(&self, node: &Node) -> Read<String> {
        let unknown = || {
            let tag = node.tag.as_deref().unwrap_or("a list or mapping");
            TemplateError::at(node.line, format!("{tag} cannot be read as a text here"))
        };
        match (node.tag.as_deref(), &node.value) {
            (None, Value::Text(text)) => Ok(text.clone()),
            (Some("Ref"), Value::Text(name)) => self.reference(name, node.line),
            (Some("GetAtt"), Value::Text(name)) => self.attribute(name, node.line),
            (Some("Sub"), Value::Text(text)) => self.substitute(text, node.line),
            (Some("If"), Value::List(parts)) => match parts.as_slice() {
                [condition, then, otherwise] => {
                    self.text(if self.holds(condition)? { then } else { otherwise })
                }
                _ => Err(unknown()),
            },
            _ => Err(unknown()),
        }
    }

    /// Whether a value is `AWS::NoValue`: it is as if its key were not there.
    pub(super) fn is_left_out(&self, node: &Node) -> Read<bool> {
        match (node.tag.as_deref(), &node.value) {
            (Some("Ref"), Value::Text(name)) => Ok(name == "AWS::NoValue"),
            (Some("If"), Value::List(parts)) => match parts.as_slice() {
                [condition, then, otherwise] => {
                    self.is_left_out(if self.holds(condition)? { then } else { otherwise })
                }
                _ => Ok(false),
            },
            _ => Ok(false),
        }
    }

    /// Whether a condition holds: its name, or an expression of names and parameters.
    fn holds(&self, node: &Node) -> Read<bool> {
        let unknown = || TemplateError::at(node.line, "a condition that is not read here");
        match (node.tag.as_deref(), &node.value) {
            (None | Some("Condition"), Value::Text(name)) => {
                let condition = self.conditions.get(name.as_str()).copied();
                self.holds(condition.ok_or_else(unknown)?)
            }
            (Some("Equals"), Value::List(parts)) => match parts.as_slice() {
                [one, other] => Ok(self.text(one)? == self.text(other)?),
                _ => Err(unknown()),
            },
            (Some("Not"), Value::List(parts)) => match parts.as_slice() {
                [one] => Ok(!self.holds(one)?),
                _ => Err(unknown()),
            },
            (Some(tag @ ("And" | "Or")), Value::List(parts)) => {
                let all: Vec<bool> =
                    parts.iter().map(|part| self.holds(part)).collect::<Read<_>>()?;
                Ok(if tag == "And" { all.iter().all(|holds| *holds) } else { all.contains(&true) })
            }
            _ => Err(unknown()),
        }
    }

    fn reference(&self, name: &str, line: usize) -> Read<String> {
        let pseudo = match name {
            "AWS::StackName" => Some(STACK),
            "AWS::Region" => Some(REGION),
            "AWS::AccountId" => Some(ACCOUNT),
            "AWS::Partition" => Some("aws"),
            "AWS::URLSuffix" => Some("amazonaws.com"),
            _ => None,
        };
        if let Some(known) = pseudo.or_else(|| self.parameters.get(name).map(String::as_str)) {
            return Ok(known.to_owned());
        }
        if let Some(function) = name.strip_suffix(".Alias") {
            return self.attribute(&format!("{function}.Arn"), line);
        }
        match self.type_of(name, line)? {
            "AWS::SQS::Queue" => Ok(sqs::url(&self.name_of(name)?)),
            "AWS::SecretsManager::Secret" => self.attribute(&format!("{name}.Arn"), line),
            "AWS::SNS::Topic" => self.attribute(&format!("{name}.TopicArn"), line),
            _ => self.name_of(name),
        }
    }

    fn attribute(&self, path: &str, line: usize) -> Read<String> {
        let (id, attribute) = path.split_once('.').unwrap_or((path, ""));
        let resource_type = self.type_of(id, line)?;
        let name = self.name_of(id)?;
        match (resource_type, attribute) {
            ("AWS::SQS::Queue", "Arn") => Ok(sqs::arn(&name)),
            ("AWS::SQS::Queue", "QueueName") | ("AWS::SNS::Topic", "TopicName") => Ok(name),
            ("AWS::SNS::Topic", "TopicArn") => Ok(format!("arn:aws:sns:{REGION}:{ACCOUNT}:{name}")),
            ("AWS::ApiGatewayV2::Api", "ApiEndpoint") => Ok("http://127.0.0.1:8025".to_owned()),
            (_, "Arn") => {
                let service = match resource_type {
                    "AWS::Serverless::Function" => "lambda",
                    "AWS::DynamoDB::Table" => "dynamodb",
                    "AWS::SecretsManager::Secret" => "secretsmanager",
                    "AWS::Events::Rule" => "events",
                    _ => "local",
                };
                let kind = match service {
                    "lambda" => "function:",
                    "dynamodb" => "table/",
                    "secretsmanager" => "secret:",
                    "events" => "rule/",
                    _ => "",
                };
                Ok(format!("arn:aws:{service}:{REGION}:{ACCOUNT}:{kind}{name}"))
            }
            _ => Err(TemplateError::at(line, format!("`{path}` is not an attribute known here"))),
        }
    }

    fn type_of(&self, id: &str, line: usize) -> Read<&'a str> {
        let found = self.resources().find(|resource| resource.id == id);
        let found = found.map(|resource| resource.kind);
        found.ok_or_else(|| TemplateError::at(line, format!("nothing is called `{id}`")))
    }

    fn substitute(&self, text: &str, line: usize) -> Read<String> {
        let mut done = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            done.push_str(before);
            let (name, after) = after
                .split_once('}')
                .ok_or_else(|| TemplateError::at(line, "`${` without its `}`"))?;
            match name.strip_prefix('!') {
                Some(literal) => done.extend(["${", literal, "}"]),
                None if name.contains('.') && !name.ends_with(".Alias") => {
                    done.push_str(&self.attribute(name, line)?);
                }
                None => done.push_str(&self.reference(name, line)?),
            }
            rest = after;
        }
        done.push_str(rest);
        Ok(done)
    }
}
