package policies.least_privilege.legacy_token_secret_test

import data.policies.least_privilege.legacy_token_secret as policy

test_token_is_found if {
	resource := {
		"metadata": {"name": "ci", "annotations": {"kubernetes.io/service-account.name": "ci"}},
		"type": "kubernetes.io/service-account-token",
	}
	some finding in policy.findings with input.resource as resource
	finding.path == ["type"]
	finding.message == "the Secret holds a token of ServiceAccount ci that never expires"
}

test_token_without_account_is_found if {
	count(policy.findings) == 1 with input.resource as {"metadata": {"name": "ci"}, "type": "kubernetes.io/service-account-token"}
}

test_other_types_are_silent if {
	count(policy.findings) == 0 with input.resource as {"metadata": {"name": "ci"}, "type": "Opaque"}
	count(policy.findings) == 0 with input.resource as {"metadata": {"name": "ci"}}
}
