package policies.least_privilege.rbac_escalation_test

import data.lib.grants_fixture_test as fixture
import data.policies.least_privilege.rbac_escalation as policy

_power := fixture.power("escalate", ["escalate"], ["clusterroles"], {})

test_a_rule_is_found if {
	some finding in policy.findings with input as fixture.role([_power], {})
	finding.path == ["rules", 0, "resources", 0]
	finding.message == "rule 1 allows escalate on clusterroles"
}

test_a_binding_is_found if {
	some finding in policy.findings with input as fixture.binding([_power], [fixture.operator], {})
	finding.path == ["roleRef", "name"]
	startswith(finding.message, "gives ServiceAccount shop/operator escalate on ")
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
	parameters := {"least-privilege/rbac-escalation": {"allowed": ["ServiceAccount/shop/operator"]}}
	count(policy.findings) == 0 with input as fixture.binding([_power], [fixture.operator], {})
		with data.parameters as parameters
	count(policy.findings) == 1 with input as fixture.role([_power], {})
		with data.parameters as parameters
}

test_together_they_are_one_finding if {
	bind := fixture.power("bind", ["bind"], ["clusterroles", "roles"], {})
	some finding in policy.findings with input as fixture.role([bind, _power], {})
	finding.message == "rule 1 allows bind, escalate on clusterroles, roles"
	count(policy.findings) == 1 with input as fixture.role([bind, _power], {})
}

test_bind_by_name_is_silent if {
	bind := fixture.power("bind", ["bind"], ["clusterroles"], {"names": ["view"]})
	count(policy.findings) == 0 with input as fixture.role([bind], {})
}

test_bind_by_name_to_everything_is_found if {
	bind := fixture.power("bind", ["bind"], ["clusterroles"], {"names": ["x"], "leads": "ClusterRole x may do everything"})
	some finding in policy.findings with input as fixture.role([bind], {})
	finding.message == "rule 1 allows bind on clusterroles named x; ClusterRole x may do everything"
}

test_impersonation_by_name_is_found if {
	impersonate := fixture.power("impersonate", ["impersonate"], ["users"], {"names": ["admin"]})
	count(policy.findings) == 1 with input as fixture.role([impersonate], {})
}

test_what_is_not_known_is_said if {
	unknown := {"complete": {"answer": "unknown", "why": "ClusterRole x is not declared here", "by": []}}
	policy.unknowns == {{
		"path": ["rules"],
		"message": "what it grants is not fully known: ClusterRole x is not declared here",
	}} with input as fixture.role([], unknown)
	aggregating := object.union(fixture.role([], unknown), {"resource": {"aggregationRule": {}}})
	some said in policy.unknowns with input as aggregating
	said.path == ["aggregationRule"]
	count(policy.unknowns) == 0 with input as fixture.role([], {})
	count(policy.unknowns) == 0 with input as fixture.binding([], [], unknown)
}
