package policies.least_privilege.rbac_wildcard_test

import data.lib.grants_fixture_test as fixture
import data.policies.least_privilege.rbac_wildcard as policy

_star(list) := fixture.power("wildcard", ["*"], ["*"], {"path": ["rules", 0, list, 0], "groups": ["a"], "wildcard": true})

test_a_rule_is_found_once if {
	world := fixture.role([_star("verbs"), _star("resources")], {})
	some finding in policy.findings with input as world
	finding.path == ["rules", 0, "resources", 0]
	finding.message == "rule 1 allows every verb on every resource of a"
	count(policy.findings) == 1 with input as world
}

test_each_rule_is_found if {
	second := object.union(_star("verbs"), {"rule": 1, "path": ["rules", 1, "verbs", 0]})
	world := object.union(fixture.role([_star("verbs"), second], {}), {"resource": {"rules": [{}, {}]}})
	count(policy.findings) == 2 with input as world
}

test_a_binding_is_found if {
	some finding in policy.findings with input as fixture.binding([_star("verbs")], [fixture.operator], {})
	finding.path == ["roleRef", "name"]
}

test_what_a_wildcard_grants_is_not_told_again if {
	secrets := fixture.power("secrets", ["*"], ["secrets"], {"wildcard": true})
	count(policy.findings) == 0 with input as fixture.role([secrets], {})
}

test_what_is_shipped_is_silent if {
	count(policy.findings) == 0 with input as fixture.role([_star("verbs")], {"stock": true})
}

test_what_is_allowed_is_silent if {
	count(policy.findings) == 0 with input as fixture.role([_star("verbs")], {})
		with data.parameters as {"least-privilege/rbac-wildcard": {"allowed": ["ClusterRole/operator"]}}
}
