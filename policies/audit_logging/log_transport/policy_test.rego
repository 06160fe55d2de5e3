package policies.audit_logging.log_transport_test

import data.policies.audit_logging.log_transport as policy

_platform(changes) := {"logOutputs": [object.union(
	{
		"name": "es host", "leaves": true, "tls": "yes", "verified": "yes", "authenticated": "yes", "path": ["data", "fluent-bit.conf"],
	},
	changes,
)]}

_messages(changes) := {finding.message | some finding in policy.findings with input.facts.platform as _platform(changes)}

test_secure_output_is_silent if count(_messages({})) == 0

test_plain_text_is_found if _messages({"tls": "no"}) == {"logs go to es host without TLS"}

test_plain_text_needs_no_second_finding if _messages({"tls": "no", "verified": "no"}) == {"logs go to es host without TLS"}

test_unverified_is_found if _messages({"verified": "no"}) == {"logs go to es host without a check of its certificate"}

test_unauthenticated_is_found if _messages({"authenticated": "no"}) == {"logs go to es host without authentication"}

test_unknown_is_said if {
	count(_messages({"tls": "unknown"})) == 0
	count(policy.unknowns) == 1 with input.facts.platform as _platform({"tls": "unknown"})
}

test_applies_where_there_is_something_to_judge if {
	policy.applies with input.facts.platform as _platform({})
	not policy.applies with input.facts.platform as _nothing
}

_nothing := {
	"apiServers": [], "auditPolicies": [], "auditWebhooks": [], "shippers": [], "logOutputs": [], "logRetention": [],
	"detectors": [], "flowLogs": [], "accessLogs": [], "alertRules": 0, "alertReceivers": [],
}
