package policies.audit_logging.alert_rules_test

import data.policies.audit_logging.alert_rules as policy

_answer(value) := {"answer": value, "why": "because", "by": [], "path": ["spec"]}

_environment(spike, denied) := {
	"alertReceivers": [], "ruleSelection": null,
	"environment": {"spikeAlert": _answer(spike), "deniedAlert": _answer(denied)},
}

_messages(facts) := {finding.message | some finding in policy.findings with input.facts.platform as facts}

test_both_alerts_are_silent if count(_messages(_environment("yes", "yes"))) == 0

test_neither_is_one_finding if {
	_messages(_environment("no", "no")) == {"no alert here tells of a spike in traffic or denied or undeclared connections"}
}

test_the_missing_one_is_named if {
	_messages(_environment("yes", "no")) == {"no alert here tells of denied or undeclared connections"}
	_messages(_environment("no", "yes")) == {"no alert here tells of a spike in traffic"}
}

test_out_of_force_is_unknown if count(policy.unknowns) == 1 with input.facts.platform as _environment("unknown", "yes")

test_rules_nobody_loads_are_found if {
	facts := {"alertReceivers": [], "environment": null, "ruleSelection": _answer("no")}
	_messages(facts) == {"these rules are never loaded: because"}
}

test_receivers_that_send_nothing_are_found if {
	facts := {"alertReceivers": [_answer("no")], "environment": null, "ruleSelection": null}
	_messages(facts) == {"alerts reach nobody: because"}
}

test_applies_where_there_is_something_to_judge if {
	policy.applies with input.facts.platform as {"alertRules": 1, "alertReceivers": []}
	not policy.applies with input.facts.platform as _nothing
}

_nothing := {
	"apiServers": [], "auditPolicies": [], "auditWebhooks": [], "shippers": [], "logOutputs": [], "logRetention": [],
	"detectors": [], "flowLogs": [], "accessLogs": [], "alertRules": 0, "alertReceivers": [],
}
