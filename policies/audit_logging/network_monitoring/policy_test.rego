package policies.audit_logging.network_monitoring_test

import data.policies.audit_logging.network_monitoring as policy

_platform(on) := {"environment": null, "flowLogs": [{"name": "ConfigMap cilium-config", "on": on, "why": "Hubble is off", "path": ["data", "enable-hubble"]}]}

test_on_is_silent if count(policy.findings) == 0 with input.facts.platform as _platform("yes")

test_off_is_found if {
	some finding in policy.findings with input.facts.platform as _platform("no")
	finding.message == "ConfigMap cilium-config records no connections: Hubble is off"
}

test_unknown_is_said if count(policy.unknowns) == 1 with input.facts.platform as _platform("unknown")

_environment(key, answer) := {
	"apiServers": [], "auditPolicies": [], "auditWebhooks": [], "shippers": [], "logOutputs": [], "logRetention": [],
	"detectors": [], "flowLogs": [], "accessLogs": [], "alertReceivers": [], "ruleSelection": null,
	"environment": {key: {"answer": answer, "why": "because", "by": []}},
}

test_nothing_declared_is_found_elsewhere if {
	some finding in policy.findings with input.facts.platform as _environment("flowLogs", "no")
	finding.path == []
	finding.elsewhere == true
}

test_something_declared_is_silent if {
	count(policy.findings) == 0 with input.facts.platform as _environment("flowLogs", "yes")
}

test_applies_where_there_is_something_to_judge if {
	policy.applies with input.facts.platform as _platform("yes")
	not policy.applies with input.facts.platform as _nothing
}

_nothing := {
	"apiServers": [], "auditPolicies": [], "auditWebhooks": [], "shippers": [], "logOutputs": [], "logRetention": [],
	"detectors": [], "flowLogs": [], "accessLogs": [], "alertRules": 0, "alertReceivers": [],
}
