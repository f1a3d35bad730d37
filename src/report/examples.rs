//! Hand-made files and findings for the tests of the formats.

use super::*;
use crate::finding::{Applicability, Edit, Fix, Label, ResourceIdentity, Suppression};
use crate::source::{SourceFile, Span};
use std::sync::Arc;

pub(crate) const PRETTY: &str = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "parameters": {
    "ranges": {
      "type": "array",
      "defaultValue": [
        "137.117.106.90/29",
        "0.0.0.0/0"
      ]
    }
  },
  "resources": [
    {
      "type": "Microsoft.ContainerService/managedClusters",
      "apiVersion": "2024-09-01",
      "name": "müller😀-prod",
      "properties": {
        "apiServerAccessProfile": {
          "authorizedIPRanges": "[parameters('ranges')]"
        }
      }
    }
  ]
}
"#;

pub(crate) fn file(path: &str, text: impl Into<String>) -> Arc<SourceFile> {
    Arc::new(SourceFile::new(path, text))
}

pub(crate) fn pretty() -> Arc<SourceFile> {
    file("infra/main.json", PRETTY)
}

/// The same template on one line, with thousands of characters before and after.
pub(crate) fn minified() -> Arc<SourceFile> {
    let squeezed: String = PRETTY.lines().map(str::trim).collect();
    let filler = format!("\"tags\":{{{}}},", (0..300).map(|n| format!("\"k{n}\":\"ü\"")).collect::<Vec<_>>().join(","));
    file(
        "infra/minified.json",
        squeezed
            .replace("\"parameters\": {", &format!("{filler}\"parameters\":{{"))
            .replace("\"properties\"", &format!("{filler}\"properties\"")),
    )
}

/// The location of the first `needle` in the file.
pub(crate) fn at(file: &Arc<SourceFile>, needle: &str) -> Location {
    let start = file.text().find(needle).unwrap() as u32;
    Location { file: file.clone(), span: Span::new(start, start + needle.len() as u32) }
}

pub(crate) fn label(location: Location, text: &str) -> Label {
    Label { location, text: text.into() }
}

pub(crate) fn open_to_all(file: &Arc<SourceFile>) -> Finding {
    Finding {
        rule: "Azure.AKS.AuthorizedIPs.Internet".into(),
        reference: "AKS104".into(),
        level: Level::Error,
        outcome: Outcome::Fail,
        message: "The API server of müller😀-prod accepts connections from every address: 0.0.0.0/0 is among its authorized ranges.".into(),
        note: String::new(),
        help: String::new(),
        resource: Some(ResourceIdentity {
            type_: "Microsoft.ContainerService/managedClusters".into(),
            name: Some("müller😀-prod".into()),
            path: "$.resources[0]".into(),
            declaration: at(file, "\"Microsoft.ContainerService/managedClusters\""),
        }),
        primary: label(at(file, "\"0.0.0.0/0\""), "every address"),
        related: vec![
            label(at(file, "\"137.117.106.90/29\""), "8 addresses"),
            label(at(file, "\"[parameters('ranges')]\""), "used here"),
        ],
        conditions: vec![],
        parameters_file: None,
        fixes: vec![],
        fingerprint: "00c0ffee".into(),
        suppressed: None,
    }
}

pub(crate) fn host_bits(file: &Arc<SourceFile>) -> Finding {
    let range = at(file, "\"137.117.106.90/29\"");
    Finding {
        rule: "Azure.AKS.AuthorizedIPs.HostBits".into(),
        reference: "AKS404".into(),
        level: Level::Note,
        message: "137.117.106.90/29 has host bits set; Azure takes it for 137.117.106.88/29.".into(),
        primary: label(range.clone(), ""),
        related: vec![],
        conditions: vec!["parameters('private') is false".into(), "parameters('env') is 'prod'".into()],
        fixes: vec![
            Fix {
                description: "write 137.117.106.88/29".into(),
                applicability: Applicability::Safe,
                edits: vec![Edit { location: range.clone(), text: "\"137.117.106.88/29\"".into() }],
            },
            Fix {
                description: "remove the range".into(),
                applicability: Applicability::Unsafe,
                edits: vec![Edit { location: range, text: String::new() }],
            },
        ],
        fingerprint: "0badcafe".into(),
        ..open_to_all(file)
    }
}

/// A report with a finding of each sort.
pub(crate) fn report() -> Report {
    let (pretty, minified) = (pretty(), minified());
    let parameters = file(
        "infra/main.parameters.json",
        "{\n  \"parameters\": {\n    \"ranges\": {\n      \"value\": [\"1.2.3.4/0\"]\n    }\n  }\n}\n",
    );
    let hostile = file(
        "evil \u{1b}[2J\nname.json",
        "{\n\t\"type\": \"Microsoft.ContainerService/managedClusters\",\r\n\t\"name\": \"\u{1b}]0;owned\u{7}\u{202e}x\"\r\n}",
    );
    let given = |path: &str| Finding {
        primary: label(at(&parameters, "\"1.2.3.4/0\""), "every address"),
        related: vec![label(at(&pretty, "\"[parameters('ranges')]\""), "used here")],
        parameters_file: Some(path.into()),
        ..open_to_all(&pretty)
    };
    let findings = vec![
        host_bits(&pretty),
        open_to_all(&minified),
        open_to_all(&pretty),
        given("infra/main.parameters.json"),
        given("infra/main.test.parameters.json"),
        Finding {
            rule: "Azure.AKS.Undecided".into(),
            reference: "AKS901".into(),
            level: Level::Note,
            outcome: Outcome::Unknown,
            message: "Name\u{1b}[31m with\nbreaks: ranges depend on reference('x').".into(),
            primary: label(at(&hostile, "\"\u{1b}]0;owned\u{7}\u{202e}x\""), "not \u{1b}[1mknown\nhere"),
            related: vec![],
            ..open_to_all(&pretty)
        },
        Finding {
            rule: "Custom.Broken".into(),
            reference: "".into(),
            outcome: Outcome::Error,
            message: "The rule compares text with a list.".into(),
            primary: label(at(&pretty, "\"Microsoft.ContainerService/managedClusters\""), ""),
            related: vec![],
            ..open_to_all(&pretty)
        },
        Finding {
            outcome: Outcome::Pass,
            message: "The cluster has authorized ranges.".into(),
            primary: label(at(&pretty, "\"Microsoft.ContainerService/managedClusters\""), ""),
            related: vec![],
            ..open_to_all(&pretty)
        },
        Finding {
            level: Level::Warning,
            rule: "Azure.AKS.AuthorizedIPs.Broad".into(),
            reference: "AKS110".into(),
            message: "Too many addresses.".into(),
            suppressed: Some(Suppression {
                kind: "comment",
                reason: Some("a test cluster".into()),
                location: Some(at(&pretty, "\"name\"")),
            }),
            related: vec![],
            ..open_to_all(&pretty)
        },
    ];
    let record = |path: &str, kind, status, message: Option<&str>| InputRecord {
        path: path.into(),
        kind,
        status,
        message: message.map(Into::into),
        location: None,
    };
    let broken = file("broken.json", "{\n  \"a\" 1\n}");
    let mut failed =
        record("broken.json", InputKind::Template, InputStatus::Failed, Some("expected a colon after the name"));
    failed.location = Some(at(&broken, "1"));
    let bicep = |path| {
        record(
            path,
            InputKind::Bicep,
            InputStatus::Skipped,
            Some("not compiled; run `az bicep build --file main.bicep`"),
        )
    };
    Report {
        inputs: vec![
            record("infra/main.json", InputKind::Template, InputStatus::Checked, None),
            record("infra/minified.json", InputKind::Template, InputStatus::Checked, None),
            record("infra/main.parameters.json", InputKind::Parameters, InputStatus::Checked, None),
            record("lost.parameters.json", InputKind::Parameters, InputStatus::Skipped, Some("belongs to no template")),
            bicep("main.bicep"),
            record("gone.json", InputKind::Template, InputStatus::Failed, Some("no such file or folder")),
            failed,
        ],
        findings,
        clusters: ClusterCounts { checked: 2, failed: 2, undecided: 0, not_deployed: 1 },
        other_files: 3,
        declared: vec![],
        rules: vec![
            RuleInfo {
                name: "Azure.AKS.AuthorizedIPs.Internet".into(),
                reference: "AKS104".into(),
                level: Level::Error,
                synopsis: "The API server accepts connections from every address.".into(),
                description: "A range of prefix length 0 admits the whole Internet.".into(),
                recommendation:
                    "List only the ranges from which the cluster is administered, or make the cluster private.".into(),
                help_markdown: "# AKS104\n\nA range of prefix length 0 admits the whole Internet.".into(),
                help_url: Some("https://github.com/akslint/akslint/blob/main/docs/rules/AKS104.md".into()),
                tags: vec!["security".into(), "network".into()],
                security_severity: Some("9.0"),
            },
            RuleInfo {
                name: "Azure.AKS.AuthorizedIPs.HostBits".into(),
                reference: "AKS404".into(),
                level: Level::Note,
                synopsis: "A range has host bits set.".into(),
                description: "".into(),
                recommendation: "".into(),
                help_markdown: "".into(),
                help_url: None,
                tags: vec![],
                security_severity: None,
            },
        ],
    }
}
