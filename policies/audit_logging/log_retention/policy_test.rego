package policies.audit_logging.log_retention_test

import data.policies.audit_logging.log_retention as policy

_parameters := {"audit-logging/log-retention": {"min-days": 30}}

_platform(deletes, days) := {"environment": null, "logRetention": [{"name": "Loki", "deletes": deletes, "days": days, "path": ["data", "loki.yaml"]}]}

_messages(facts) := {finding.message |
	some finding in policy.findings with input.facts.platform as facts with data.parameters as _parameters
}

test_long_enough_is_silent if count(_messages(_platform("yes", 30))) == 0

test_never_is_found if _messages(_platform("no", null)) == {"Loki never deletes anything"}

test_too_soon_is_found if _messages(_platform("yes", 7)) == {"Loki deletes after 7 days, sooner than 30 days"}

test_one_day_is_one_day if _messages(_platform("yes", 1)) == {"Loki deletes after 1 day, sooner than 30 days"}

test_unknown_is_said if {
	count(policy.unknowns) == 1 with input.facts.platform as _platform("unknown", null) with data.parameters as _parameters
	count(policy.unknowns) == 1 with input.facts.platform as _platform("yes", null) with data.parameters as _parameters
}

_environment(key, answer) := {
	"apiServers": [], "auditPolicies": [], "auditWebhooks": [], "shippers": [], "logOutputs": [], "logRetention": [],
	"detectors": [], "flowLogs": [], "accessLogs": [], "alertReceivers": [], "ruleSelection": null,
	"environment": {key: {"answer": answer, "why": "because", "by": []}},
}

test_nothing_declared_is_found_elsewhere if {
	some finding in policy.findings with input.facts.platform as _environment("logRetention", "no")
	finding.path == []
	finding.elsewhere == true
}

test_something_declared_is_silent if {
	count(policy.findings) == 0 with input.facts.platform as _environment("logRetention", "yes")
}

test_applies_where_there_is_something_to_judge if {
	policy.applies with input.facts.platform as _platform("yes", 30)
	not policy.applies with input.facts.platform as _nothing
}

_nothing := {
	"apiServers": [], "auditPolicies": [], "auditWebhooks": [], "shippers": [], "logOutputs": [], "logRetention": [],
	"detectors": [], "flowLogs": [], "accessLogs": [], "alertRules": 0, "alertReceivers": [],
}
