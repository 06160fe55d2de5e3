package policies.least_privilege.rbac_secrets_test

import data.lib.grants_fixture_test as fixture
import data.policies.least_privilege.rbac_secrets as policy

_power := fixture.power("secrets", ["get"], ["secrets"], {})

test_a_rule_is_found if {
	some finding in policy.findings with input as fixture.role([_power], {})
	finding.path == ["rules", 0, "resources", 0]
	finding.message == "rule 1 allows get on secrets"
}

test_a_binding_is_found if {
	some finding in policy.findings with input as fixture.binding([_power], [fixture.operator], {})
	finding.path == ["roleRef", "name"]
	startswith(finding.message, "gives ServiceAccount shop/operator get on ")
}

test_a_wildcard_is_told_elsewhere if {
	star := object.union(_power, {"wildcard": true})
	count(policy.findings) == 0 with input as fixture.role([star], {})
}

test_another_power_is_silent if {
	other := object.union(_power, {"power": "other"})
	count(policy.findings) == 0 with input as fixture.role([other], {})
}

test_what_is_shipped_is_silent if {
	count(policy.findings) == 0 with input as fixture.role([_power], {"stock": true})
}

test_what_is_allowed_is_silent if {
	parameters := {"least-privilege/rbac-secrets": {"allowed": ["ServiceAccount/shop/operator"]}}
	count(policy.findings) == 0 with input as fixture.binding([_power], [fixture.operator], {})
		with data.parameters as parameters
	count(policy.findings) == 1 with input as fixture.role([_power], {})
		with data.parameters as parameters
}

test_single_objects_are_silent if {
	named := object.union(_power, {"names": ["cart"]})
	count(policy.findings) == 0 with input as fixture.role([named], {})
}
