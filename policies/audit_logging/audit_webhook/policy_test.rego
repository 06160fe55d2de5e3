package policies.audit_logging.audit_webhook_test

import data.policies.audit_logging.audit_webhook as policy

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

_webhook(changes) := {
	"apiServers": [],
	"environment": null,
	"auditWebhooks": [object.union({"name": "https://sink", "tls": "yes", "verified": "yes", "authenticated": "yes", "path": ["data", "sink"]}, changes)],
}

_messages(facts) := {finding.message | some finding in policy.findings with input.facts.platform as facts}

test_secure_webhook_is_silent if count(_messages(_webhook({}))) == 0

test_plain_text_is_found if _messages(_webhook({"tls": "no"})) == {"audit events go to https://sink without TLS"}

test_unverified_is_found if {
	_messages(_webhook({"verified": "no"})) == {"audit events go to https://sink without a check of its certificate"}
}

test_unauthenticated_is_found if {
	_messages(_webhook({"authenticated": "no"})) == {"audit events go to https://sink without authentication"}
}

test_unreadable_is_unknown if count(policy.unknowns) == 1 with input.facts.platform as _webhook({"tls": "unknown"})

test_blocking_is_found if {
	set := {"webhookConfig": _flag("yes", "/etc/sink", null), "webhookMode": _flag("yes", "blocking-strict", null)}
	count(_messages(_platform(set))) == 1
}

test_blocking_without_a_webhook_is_silent if {
	count(_messages(_platform({"webhookMode": _flag("yes", "blocking", null)}))) == 0
}

test_audit_sink_is_found if {
	some finding in policy.findings with input.facts.platform as _webhook({}) with input.resource.kind as "AuditSink"
	finding.path == ["kind"]
}

test_applies_where_there_is_something_to_judge if {
	policy.applies with input.facts.platform as _webhook({})
	not policy.applies with input.facts.platform as _nothing
}

_nothing := {
	"apiServers": [], "auditPolicies": [], "auditWebhooks": [], "shippers": [], "logOutputs": [], "logRetention": [],
	"detectors": [], "flowLogs": [], "accessLogs": [], "alertRules": 0, "alertReceivers": [],
}
