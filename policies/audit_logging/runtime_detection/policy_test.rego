package policies.audit_logging.runtime_detection_test

import data.policies.audit_logging.runtime_detection as policy

_answer(value) := {"answer": value, "why": "because", "by": [], "path": ["spec"]}

_platform(changes) := {"environment": null, "detectors": [object.union(
	{
		"name": "Falco", "everyNode": _answer("yes"), "shellRule": _answer("yes"), "output": _answer("yes"),
	},
	changes,
)]}

test_detector_is_silent if count(policy.findings) == 0 with input.facts.platform as _platform({})

test_file_without_a_workload_is_silent if count(policy.findings) == 0 with input.facts.platform as _platform({"everyNode": null})

test_all_three_are_told if {
	facts := _platform({"everyNode": _answer("no"), "shellRule": _answer("no"), "output": _answer("no")})
	{finding.message | some finding in policy.findings with input.facts.platform as facts} == {
		"Falco does not watch every node: because",
		"Falco does not tell of a shell in a container: because",
		"Falco tells nobody: because",
	}
}

test_unknown_is_said if {
	count(policy.unknowns) == 1 with input.facts.platform as _platform({"shellRule": _answer("unknown")})
}

_environment(key, answer) := {
	"apiServers": [], "auditPolicies": [], "auditWebhooks": [], "shippers": [], "logOutputs": [], "logRetention": [],
	"detectors": [], "flowLogs": [], "accessLogs": [], "alertReceivers": [], "ruleSelection": null,
	"environment": {key: {"answer": answer, "why": "because", "by": []}},
}

test_nothing_declared_is_found_elsewhere if {
	some finding in policy.findings with input.facts.platform as _environment("runtimeDetection", "no")
	finding.path == []
	finding.elsewhere == true
}

test_something_declared_is_silent if {
	count(policy.findings) == 0 with input.facts.platform as _environment("runtimeDetection", "yes")
}

test_declared_out_of_force_is_unknown if {
	count(policy.findings) == 0 with input.facts.platform as _environment("runtimeDetection", "unknown")
	count(policy.unknowns) == 1 with input.facts.platform as _environment("runtimeDetection", "unknown")
}

test_applies_where_there_is_something_to_judge if {
	policy.applies with input.facts.platform as _platform({})
	not policy.applies with input.facts.platform as _nothing
}

_nothing := {
	"apiServers": [], "auditPolicies": [], "auditWebhooks": [], "shippers": [], "logOutputs": [], "logRetention": [],
	"detectors": [], "flowLogs": [], "accessLogs": [], "alertRules": 0, "alertReceivers": [],
}
