# METADATA
# scope: package
# title: "Traffic that changes and alerts nobody"
# description: "Logs that nobody looks at find no intruder. Data that leaves shows as a spike in traffic, and an attempt to move on as connections that a policy denied: both need an alert, and the alert a receiver."
# related_resources:
#   - https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/
#   - https://docs.cilium.io/en/stable/observability/metrics/
#   - https://docs.tigera.io/calico-enterprise/latest/reference/resources/globalalert
# custom:
#   severity: low
#   stage: 4
#   judges: [ConfigMap, Secret, PrometheusRule.monitoring.coreos.com, AlertmanagerConfig.monitoring.coreos.com, GlobalAlert.projectcalico.org, GlobalAlert.crd.projectcalico.org, AlertingRule.loki.grafana.com, VMRule.operator.victoriametrics.com, environment]
#   remediation: "Add an alert on the rate of traffic (bytes, packets, requests) above what is usual, and one on denied connections (cilium_drop_count_total, calico_denied_packets, responses with 403), and route them to a receiver."
#   owner: platform
#   controls:
#     iso-27001-2022: {A.8.16: J, A.8.20: J}
#     gdpr: {Art. 32(1)(d): J, Art. 33: J}
package policies.audit_logging.alert_rules

applies if input.facts.platform.alertRules > 0

applies if count(input.facts.platform.alertReceivers) > 0

findings contains {
	"path": [],
	"message": $"no alert here tells of {concat(" or ", _missing)}",
	"elsewhere": true,
} if {
	count(_missing) > 0
}

_missing := [what |
	some alert in [{"fact": "spikeAlert", "what": "a spike in traffic"}, {"fact": "deniedAlert", "what": "denied or undeclared connections"}]
	input.facts.platform.environment[alert.fact].answer == "no"
	what := alert.what
]

unknowns contains {
	"path": [],
	"message": answer.why,
} if {
	some fact in ["spikeAlert", "deniedAlert"]
	answer := input.facts.platform.environment[fact]
	answer.answer == "unknown"
}

findings contains {
	"path": selection.path,
	"message": $"these rules are never loaded: {selection.why}",
	"elsewhere": true,
	"related": selection.by,
} if {
	selection := input.facts.platform.ruleSelection
	selection.answer == "no"
}

findings contains {
	"path": receivers.path,
	"message": $"alerts reach nobody: {receivers.why}",
} if {
	some receivers in input.facts.platform.alertReceivers
	receivers.answer == "no"
}
