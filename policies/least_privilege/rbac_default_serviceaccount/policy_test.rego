package policies.least_privilege.rbac_default_serviceaccount_test

import data.lib.grants_fixture_test as fixture
import data.policies.least_privilege.rbac_default_serviceaccount as policy

_default := fixture.subject("ServiceAccount", "shop", "default", 0)

test_the_default_account_is_found if {
	some finding in policy.findings with input as fixture.binding([], [_default], {})
	finding.path == ["subjects", 0, "name"]
	finding.message == "gives ClusterRole operator to ServiceAccount shop/default, which every pod without one of its own runs as"
}

test_others_are_silent if {
	others := [fixture.operator, fixture.subject("User", null, "default", 1), fixture.subject("Group", null, "default", 2)]
	count(policy.findings) == 0 with input as fixture.binding([], others, {})
}

test_what_is_allowed_is_silent if {
	count(policy.findings) == 0 with input as fixture.binding([], [_default], {})
		with data.parameters as {"least-privilege/rbac-default-serviceaccount": {"allowed": ["ServiceAccount/shop/default"]}}
}
