package policies.audit_logging.apiserver_audit_policy_test

import data.policies.audit_logging.apiserver_audit_policy as policy

_flag(set, value, number) := {"set": set, "value": value, "number": number, "path": ["spec"]}

_absent := _flag("no", null, null)

_platform(changes) := {
	"apiServers": [object.union(
		{
			"name": "kube-apiserver",
			"logPath": _flag("yes", "/var/log/audit.log", null),
			"maxAge": _flag("yes", "30", 30),
			"maxBackup": _flag("yes", "10", 10),
			"maxSize": _flag("yes", "100", 100),
			"policyFile": _flag("yes", "/etc/kubernetes/audit.yaml", null),
			"webhookConfig": _absent,
			"webhookMode": _absent,
		},
		changes,
	)],
	"auditWebhooks": [],
	"environment": null,
}

test_policy_file_is_silent if count(policy.findings) == 0 with input.facts.platform as _platform({})

test_no_policy_file_is_found if {
	some finding in policy.findings with input.facts.platform as _platform({"policyFile": _absent})
	finding.message == "kube-apiserver audits nothing: audit-policy-file is not set"
}

test_hidden_flag_is_unknown if {
	count(policy.unknowns) == 1 with input.facts.platform as _platform({"policyFile": _flag("unknown", null, null)})
}

_environment(key, answer) := {
	"apiServers": [], "auditPolicies": [], "auditWebhooks": [], "shippers": [], "logOutputs": [], "logRetention": [],
	"detectors": [], "flowLogs": [], "accessLogs": [], "alertReceivers": [], "ruleSelection": null,
	"environment": {key: {"answer": answer, "why": "because", "by": []}},
}

test_nothing_declared_is_found_elsewhere if {
	some finding in policy.findings with input.facts.platform as _environment("apiServer", "no")
	finding.path == []
	finding.elsewhere == true
}

test_something_declared_is_silent if {
	count(policy.findings) == 0 with input.facts.platform as _environment("apiServer", "yes")
}

test_applies_where_there_is_something_to_judge if {
	policy.applies with input.facts.platform as _platform({})
	not policy.applies with input.facts.platform as _nothing
}

_nothing := {
	"apiServers": [], "auditPolicies": [], "auditWebhooks": [], "shippers": [], "logOutputs": [], "logRetention": [],
	"detectors": [], "flowLogs": [], "accessLogs": [], "alertRules": 0, "alertReceivers": [],
}
