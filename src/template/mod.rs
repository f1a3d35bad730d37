//! What an author wrote, typed and still unevaluated: the one intermediate representation.
//!
//! ARM JSON is its first reader ([`arm`]). Nothing after this module may ask which language a template came from.

pub mod arm;
pub mod exported;
pub mod expression;
pub mod kind;
mod names;
pub mod parameters;
mod path;
pub mod term;

pub use expression::{Expression, ExpressionKind, WrittenExpression};
pub use names::NameIndex;

use crate::source::{FileId, Span};
use std::rc::Rc;

/// A text with the place it was written at.
#[derive(Clone, Debug, PartialEq)]
pub struct Name {
    /// The text, decoded.
    pub text: Rc<str>,
    /// Where it stands, quotes included.
    pub span: Span,
}

impl Name {
    /// Whether the name is `other`, ignoring ASCII case as ARM does.
    pub fn is(&self, other: &str) -> bool {
        self.text.eq_ignore_ascii_case(other)
    }
}

/// An unevaluated value.
#[derive(Clone, Debug)]
pub struct Term {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub kind: TermKind,
}

/// The kinds of [`Term`].
#[derive(Clone, Debug)]
pub enum TermKind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number that fits 64 bits.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// Literal text (with `[[` already undone).
    String(Rc<str>),
    /// An expression: a string like `[...]`.
    Expression(Rc<WrittenExpression>),
    /// A string like `[...]` that does not parse.
    Invalid(Rc<InvalidExpression>),
    /// An array.
    Array(Rc<[Rc<Term>]>),
    /// An object.
    Object(Rc<ObjectTerm>),
}

/// An expression text that does not parse, and why.
#[derive(Clone, Debug)]
pub struct InvalidExpression {
    /// The whole text.
    pub text: Rc<str>,
    /// What was expected.
    pub message: String,
    /// Where inside the string the trouble is.
    pub span: Span,
}

/// An unevaluated object: members in the order of the file, and the property loops written in it.
#[derive(Clone, Debug, Default)]
pub struct ObjectTerm {
    /// Members, with duplicates and case kept.
    pub members: Vec<TermMember>,
    /// `copy: [{name, count, input}]` written in this object.
    pub copies: Vec<PropertyCopy>,
}

impl ObjectTerm {
    /// The value of the last member called `name`, ignoring case. Members whose key is an expression do not count.
    pub fn get(&self, name: &str) -> Option<&Rc<Term>> {
        let same = |member: &&TermMember| matches!(&member.key, Key::Text(key) if key.eq_ignore_ascii_case(name));
        self.members.iter().rfind(same).map(|member| &member.value)
    }
}

/// One member of an unevaluated object.
#[derive(Clone, Debug)]
pub struct TermMember {
    /// The key.
    pub key: Key,
    /// Where the key stands, quotes included.
    pub key_span: Span,
    /// The value.
    pub value: Rc<Term>,
}

/// A key of an unevaluated object.
#[derive(Clone, Debug)]
pub enum Key {
    /// A literal key.
    Text(Rc<str>),
    /// A key that is an expression: `"[format('{0}', ...)]": {}`.
    Expression(Rc<WrittenExpression>),
    /// A key like `[...]` that does not parse.
    Invalid(Rc<InvalidExpression>),
}

/// A loop that makes a property: `{name, count, input}`.
#[derive(Clone, Debug)]
pub struct PropertyCopy {
    /// The property it makes, which is the loop's name too.
    pub name: Rc<Term>,
    /// How often.
    pub count: Rc<Term>,
    /// What each element is.
    pub input: Rc<Term>,
    /// The whole entry.
    pub span: Span,
}

/// A loop over a resource or an output: `copy: {name, count}`.
#[derive(Clone, Debug)]
pub struct Copy {
    /// The loop's name, for `copyIndex('name')`.
    pub name: Option<Name>,
    /// How often.
    pub count: Rc<Term>,
    /// The whole `copy` object.
    pub span: Span,
}

/// Where a template deploys to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeploymentScope {
    /// `deploymentTemplate.json`.
    ResourceGroup,
    /// `subscriptionDeploymentTemplate.json`.
    Subscription,
    /// `managementGroupDeploymentTemplate.json`.
    ManagementGroup,
    /// `tenantDeploymentTemplate.json`.
    Tenant,
}

/// The mark a compiler leaves in `metadata._generator`.
#[derive(Clone, Debug)]
pub struct Generator {
    /// `bicep`.
    pub name: Rc<str>,
    /// Its version.
    pub version: Rc<str>,
}

/// A template: root, nested or linked.
#[derive(Debug)]
pub struct Template {
    /// The file it stands in.
    pub file: FileId,
    /// The whole object.
    pub span: Span,
    /// JSONPath of the template in its file: `$`, or `$.resources[7].properties.template`.
    pub path: String,
    /// Where it deploys to.
    pub scope: DeploymentScope,
    /// `languageVersion` as written, if any.
    pub language_version: Option<Name>,
    /// The compiler that wrote it, if it says so.
    pub generator: Option<Generator>,
    /// Parameters in order.
    pub parameters: Vec<ParameterDeclaration>,
    /// Variables in order, the ones made by `variables.copy` among them.
    pub variables: Vec<VariableDeclaration>,
    /// User functions.
    pub functions: Vec<FunctionDeclaration>,
    /// Named types.
    pub definitions: Vec<(Name, Schema)>,
    /// Aliases of `extensions` or `imports` that are not Azure Resource Manager.
    pub foreign_extensions: Vec<Name>,
    /// Resources in order.
    pub resources: Vec<Rc<ResourceDeclaration>>,
    /// Outputs in order.
    pub outputs: Vec<OutputDeclaration>,
    /// What could not be read, each with its place; the rest of the template stands. Nested templates list their own.
    pub problems: Vec<TemplateProblem>,
    /// Every expression that does not parse, in order; where it was used stands [`TermKind::Invalid`] or [`Key::Invalid`]. Nested
    /// templates list their own.
    pub invalid_expressions: Vec<Rc<InvalidExpression>>,
    /// The parameters by name.
    pub parameter_names: NameIndex,
    /// The variables by name.
    pub variable_names: NameIndex,
}

impl Template {
    /// Whether `languageVersion` is 2.0 or later (`1.9-` and `1.10-experimental` count, being its previews).
    pub fn is_symbolic_language(&self) -> bool {
        self.language_version.as_ref().is_some_and(|version| !version.text.starts_with("1.0"))
    }

    /// The parameter called `name`, ignoring case.
    pub fn parameter(&self, name: &str) -> Option<&ParameterDeclaration> {
        self.parameter_index(name).and_then(|index| self.parameters.get(index))
    }

    /// The number of the parameter called `name`, ignoring case.
    pub fn parameter_index(&self, name: &str) -> Option<usize> {
        self.parameter_names.find(name, self.parameters.iter().map(|parameter| &parameter.name))
    }

    /// The number of the variable called `name`, ignoring case.
    pub fn variable_index(&self, name: &str) -> Option<usize> {
        self.variable_names.find(name, self.variables.iter().map(|variable| &variable.name))
    }

    /// The variable called `name`, ignoring case.
    pub fn variable(&self, name: &str) -> Option<&VariableDeclaration> {
        self.variable_index(name).and_then(|index| self.variables.get(index))
    }
}

/// Something in a template that cannot be what the engine accepts.
#[derive(Clone, Debug)]
pub struct TemplateProblem {
    /// What is wrong and what was expected.
    pub message: String,
    /// Where.
    pub span: Span,
}

/// A parameter and its declared type.
#[derive(Clone, Debug)]
pub struct ParameterDeclaration {
    /// Its name.
    pub name: Name,
    /// Its type and constraints.
    pub schema: Schema,
    /// `defaultValue`.
    pub default: Option<Rc<Term>>,
    /// The whole declaration.
    pub span: Span,
}

/// A declared type with its constraints: of a parameter, an output, or a part of a definition.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    /// `type`, absent for Bicep's `any`, for a bare `$ref`, or when it is none of the known names.
    pub kind: Option<TypeName>,
    /// `$ref`, e.g. `#/definitions/Name`.
    pub reference: Option<Name>,
    /// `nullable`; `None` if not said.
    pub nullable: Option<bool>,
    /// `allowedValues`, literal.
    pub allowed_values: Option<Rc<Term>>,
    /// `minLength`: characters of a string, elements of an array.
    pub min_length: Option<i64>,
    /// `maxLength`.
    pub max_length: Option<i64>,
    /// `minValue`.
    pub min_value: Option<i64>,
    /// `maxValue`.
    pub max_value: Option<i64>,
    /// `properties` of an object.
    pub properties: Vec<(Name, Schema)>,
    /// `additionalProperties`.
    pub additional_properties: Rest,
    /// `prefixItems` of an array.
    pub prefix_items: Vec<Schema>,
    /// `items` of an array.
    pub items: Rest,
    /// `discriminator`: the property, and the schema for each of its values.
    pub discriminator: Option<(Name, Vec<(Name, Schema)>)>,
    /// Where the schema is written.
    pub span: Span,
}

/// What elements or members beyond the listed ones may be.
#[derive(Clone, Debug, Default)]
pub enum Rest {
    /// Not said, or `true`: anything.
    #[default]
    Any,
    /// `false`: none.
    Forbidden,
    /// Of this type.
    Of(Box<Schema>),
}

/// A parameter type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypeName {
    /// `string` or `securestring`.
    String {
        /// Whether the value must not be shown.
        secure: bool,
    },
    /// `int`.
    Int,
    /// `bool`.
    Bool,
    /// `object` or `secureObject`.
    Object {
        /// Whether the value must not be shown.
        secure: bool,
    },
    /// `array`.
    Array,
}

/// A variable.
#[derive(Clone, Debug)]
pub struct VariableDeclaration {
    /// Its name; any text.
    pub name: Name,
    /// Its value.
    pub value: VariableValue,
}

/// Where a variable's value comes from.
#[derive(Clone, Debug)]
pub enum VariableValue {
    /// Written out.
    Term(Rc<Term>),
    /// Made by an entry of `variables.copy`.
    Copy(Rc<PropertyCopy>),
}

/// A user function, called `namespace.name(...)`.
#[derive(Clone, Debug)]
pub struct FunctionDeclaration {
    /// The namespace.
    pub namespace: Name,
    /// The function's name.
    pub name: Name,
    /// Names and types of its parameters, in order.
    pub parameters: Vec<(Name, Schema)>,
    /// `output.value`.
    pub body: Rc<Term>,
}

/// An output.
#[derive(Clone, Debug)]
pub struct OutputDeclaration {
    /// Its name.
    pub name: Name,
    /// Its declared type.
    pub schema: Schema,
    /// `condition`.
    pub condition: Option<Rc<Term>>,
    /// Its value, or the loop that makes it.
    pub value: OutputValue,
}

/// Where an output's value comes from.
#[derive(Clone, Debug)]
pub enum OutputValue {
    /// `value`.
    Term(Rc<Term>),
    /// `copy: {count, input}`.
    Copy {
        /// How often.
        count: Rc<Term>,
        /// Each element.
        input: Rc<Term>,
    },
    /// Neither was written.
    Absent,
}

/// One entry of `resources`, at any level.
#[derive(Debug)]
pub struct ResourceDeclaration {
    /// The symbolic name, where `resources` is an object.
    pub symbol: Option<Name>,
    /// JSONPath of the entry in its file: `$.resources[3].resources[0]`, `$.resources.cluster`, `$.resources['a::b']`.
    pub path: String,
    /// The whole entry.
    pub span: Span,
    /// `type` as written: the last segment alone for a child nested in its parent.
    pub type_: Rc<Term>,
    /// `apiVersion`.
    pub api_version: Option<Rc<Term>>,
    /// `name`.
    pub name: Option<Rc<Term>>,
    /// `condition`.
    pub condition: Option<Rc<Term>>,
    /// `copy`.
    pub copy: Option<Copy>,
    /// `existing: true`: a reference, nothing is deployed.
    pub existing: bool,
    /// `method: PATCH`: a partial update.
    pub patch: bool,
    /// `import` or `extension`: the alias, if written.
    pub extension: Option<Name>,
    /// `properties`; of a deployment without `template` and `parameters`, which [`deployment`](Self::deployment) holds.
    pub properties: Option<Rc<Term>>,
    /// Where the key `properties` stands.
    pub properties_key: Option<Span>,
    /// All members of the entry but the structural ones (`type`, `name`, `condition`, `copy`, `existing`, `resources`, `dependsOn`,
    /// `properties`): `apiVersion`, `location`, `sku`, `identity`, `tags`, `scope`, `resourceGroup`, ... in order.
    pub members: Vec<TermMember>,
    /// Children nested in the entry's own `resources`.
    pub children: Vec<Rc<ResourceDeclaration>>,
    /// Set for `Microsoft.Resources/deployments` and `deploymentStacks`, unless `existing` or of a foreign extension.
    pub deployment: Option<NestedDeployment>,
}

/// The parts of a deployments resource that make it a deployment.
#[derive(Debug)]
pub struct NestedDeployment {
    /// Where its template is.
    pub template: NestedTemplate,
    /// Whether expressions in the template see the parent's parameters and variables (`outer`) or its own (`inner`); `None`: not said.
    pub inner_scope: Option<bool>,
    /// `properties.parameters`.
    pub parameters: Vec<DeploymentArgument>,
    /// `properties.parameters` when it is one expression.
    pub parameters_expression: Option<Rc<Term>>,
    /// `properties.parametersLink`: what is passed stands elsewhere and is unknown.
    pub parameters_link: Option<Span>,
}

/// Where a deployment's template is.
#[derive(Debug)]
pub enum NestedTemplate {
    /// Written inside.
    Inline(Rc<Template>),
    /// `templateLink`, unevaluated.
    Linked(Rc<Term>),
    /// `template` is an expression, unevaluated.
    Computed(Rc<Term>),
    /// Nothing is said, or nothing that could be a template.
    Unreadable(Span),
}

/// One parameter passed to a nested deployment.
#[derive(Clone, Debug)]
pub struct DeploymentArgument {
    /// The parameter's name.
    pub name: Name,
    /// What is passed.
    pub value: ArgumentValue,
}

/// The forms in which a deployment passes a parameter.
#[derive(Clone, Debug)]
pub enum ArgumentValue {
    /// `{"value": TERM}`.
    Value(Rc<Term>),
    /// `"[EXPR]"`: evaluates to an object with `value` or `reference`.
    Whole(Rc<Term>),
    /// `{"copy": [{"name": "value", ...}]}`.
    Copy(Rc<PropertyCopy>),
    /// `{"reference": {...}}`: a Key Vault secret.
    Secret(Span),
    /// `{}`: nothing passed.
    Absent,
}

/// A parameters file.
#[derive(Debug)]
pub struct ParametersFile {
    /// The file.
    pub file: FileId,
    /// Its entries, in order.
    pub entries: Vec<ParametersEntry>,
    /// `metadata.template`, if written.
    pub template: Option<Name>,
    /// `externalInputs`: the values that a tool has filled in for `externalInputs('key')` in expressions.
    pub external_inputs: Vec<(Name, Rc<Term>)>,
    /// What could not be read.
    pub problems: Vec<TemplateProblem>,
    /// The entries by name.
    pub names: NameIndex,
}

impl ParametersFile {
    /// The entry called `name`, ignoring case.
    pub fn entry(&self, name: &str) -> Option<&ParametersEntry> {
        let names = self.entries.iter().map(|entry| &entry.name);
        self.names.find(name, names).and_then(|index| self.entries.get(index))
    }
}

/// One entry of a parameters file.
#[derive(Clone, Debug)]
pub struct ParametersEntry {
    /// The parameter's name.
    pub name: Name,
    /// What is passed. Strings are literal text.
    pub value: ParametersValue,
}

/// What an entry of a parameters file passes.
#[derive(Clone, Debug)]
pub enum ParametersValue {
    /// `{"value": V}`, every string literal.
    Value(Rc<Term>),
    /// `{"reference": {...}}`: a Key Vault secret.
    Secret(Span),
    /// `{"expression": "[...]"}`.
    Expression(Rc<Term>),
    /// `{}`: nothing passed.
    Absent,
}
