package policies.audit_logging.apiserver_audit_log_test

import data.policies.audit_logging.apiserver_audit_log as policy

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
	"managedAudit": [],
	"auditWebhooks": [],
	"environment": null,
}

_parameters := {"audit-logging/apiserver-audit-log": {"max-age": 30, "max-backup": 10, "max-size": 100}}

_messages(changes) := {finding.message |
	some finding in policy.findings with input.facts.platform as _platform(changes) with data.parameters as _parameters
}

test_everything_set_is_silent if count(_messages({})) == 0

test_no_path_is_found if {
	_messages({"logPath": _absent}) == {"kube-apiserver writes no audit log: audit-log-path is not set"}
}

test_managed_control_plane_without_audit_is_found if {
	managed := {"name": "ClusterConfig prod", "on": "no", "why": "audit is off", "path": ["cloudWatch"]}
	_messages({}) == set()
	facts := {"apiServers": [], "managedAudit": [managed], "environment": null}
	some finding in policy.findings with input.facts.platform as facts with data.parameters as _parameters
	finding.message == "ClusterConfig prod keeps no audit log: audit is off"
}

test_each_missing_limit_is_found if {
	count(_messages({"maxAge": _absent, "maxBackup": _absent, "maxSize": _absent})) == 3
}

test_limit_below_the_parameter_is_found if {
	_messages({"maxAge": _flag("yes", "10", 10)}) == {"kube-apiserver sets audit-log-maxage to 10, less than 30"}
}

test_limit_above_the_parameter_is_silent if count(_messages({"maxSize": _flag("yes", "500", 500)})) == 0

test_hidden_flag_is_unknown if {
	facts := _platform({"maxAge": _flag("unknown", null, null)})
	count(policy.findings) == 0 with input.facts.platform as facts with data.parameters as _parameters
	count(policy.unknowns) == 1 with input.facts.platform as facts with data.parameters as _parameters
}

test_hidden_log_is_one_doubt if {
	hidden := _flag("unknown", null, null)
	facts := _platform({"logPath": hidden, "maxAge": hidden, "maxBackup": hidden, "maxSize": hidden})
	count(policy.findings) == 0 with input.facts.platform as facts with data.parameters as _parameters
	count(policy.unknowns) == 1 with input.facts.platform as facts with data.parameters as _parameters
}

test_value_that_is_no_number_is_unknown if {
	facts := _platform({"maxAge": _flag("yes", null, null)})
	count(policy.unknowns) == 1 with input.facts.platform as facts with data.parameters as _parameters
}

_environment(key, answer) := {
	"apiServers": [], "managedAudit": [], "auditPolicies": [], "auditWebhooks": [], "shippers": [], "logOutputs": [], "logRetention": [],
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
	"apiServers": [], "managedAudit": [], "auditPolicies": [], "auditWebhooks": [], "shippers": [], "logOutputs": [], "logRetention": [],
	"detectors": [], "flowLogs": [], "accessLogs": [], "alertRules": 0, "alertReceivers": [],
}
