package policies.audit_logging.log_shipping_test

import data.policies.audit_logging.log_shipping as policy

_answer(value) := {"answer": value, "why": "because", "by": [], "path": ["spec"]}

_platform(changes) := {"environment": null, "shippers": [object.union(
	{
		"name": "Fluent Bit", "everyNode": _answer("yes"), "containerLogs": _answer("yes"), "auditLog": null, "output": _answer("yes"),
	},
	changes,
)]}

test_shipper_is_silent if count(policy.findings) == 0 with input.facts.platform as _platform({})

test_each_no_is_found if {
	some fact in ["everyNode", "containerLogs", "auditLog", "output"]
	some finding in policy.findings with input.facts.platform as _platform({fact: _answer("no")})
	endswith(finding.message, ": because")
	finding.path == ["spec"]
}

test_all_four_are_told if {
	no := _answer("no")
	facts := _platform({"everyNode": no, "containerLogs": no, "auditLog": no, "output": no})
	count(policy.findings) == 4 with input.facts.platform as facts
}

test_unknown_is_said if {
	count(policy.findings) == 0 with input.facts.platform as _platform({"output": _answer("unknown")})
	count(policy.unknowns) == 1 with input.facts.platform as _platform({"output": _answer("unknown")})
}

_environment(key, answer) := {
	"apiServers": [], "auditPolicies": [], "auditWebhooks": [], "shippers": [], "logOutputs": [], "logRetention": [],
	"detectors": [], "flowLogs": [], "accessLogs": [], "alertReceivers": [], "ruleSelection": null,
	"environment": {key: {"answer": answer, "why": "because", "by": []}},
}

test_nothing_declared_is_found_elsewhere if {
	some finding in policy.findings with input.facts.platform as _environment("logShipping", "no")
	finding.path == []
	finding.elsewhere == true
}

test_something_declared_is_silent if {
	count(policy.findings) == 0 with input.facts.platform as _environment("logShipping", "yes")
}

test_declared_out_of_force_is_unknown if {
	count(policy.findings) == 0 with input.facts.platform as _environment("logShipping", "unknown")
	count(policy.unknowns) == 1 with input.facts.platform as _environment("logShipping", "unknown")
}

test_applies_where_there_is_something_to_judge if {
	policy.applies with input.facts.platform as _platform({})
	not policy.applies with input.facts.platform as _nothing
}

_nothing := {
	"apiServers": [], "auditPolicies": [], "auditWebhooks": [], "shippers": [], "logOutputs": [], "logRetention": [],
	"detectors": [], "flowLogs": [], "accessLogs": [], "alertRules": 0, "alertReceivers": [],
}
