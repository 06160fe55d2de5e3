package policies.least_privilege.rbac_cluster_admin_test

import data.lib.grants_fixture_test as fixture
import data.policies.least_privilege.rbac_cluster_admin as policy

_everything := fixture.power("everything", ["*"], ["*"], {"wildcard": true, "through": "ClusterRole cluster-admin"})

test_everything_is_found if {
	some finding in policy.findings with input as fixture.binding([_everything], [fixture.operator], {})
	finding.path == ["roleRef", "name"]
	finding.message == "gives ServiceAccount shop/operator everything in namespace shop, through ClusterRole cluster-admin"
}

test_less_is_silent if {
	secrets := fixture.power("secrets", ["get"], ["secrets"], {})
	count(policy.findings) == 0 with input as fixture.binding([secrets], [fixture.operator], {})
}

test_what_is_shipped_is_silent if {
	count(policy.findings) == 0 with input as fixture.binding([_everything], [fixture.operator], {"stock": true})
}

test_what_is_allowed_is_silent if {
	count(policy.findings) == 0 with input as fixture.binding([_everything], [fixture.operator], {})
		with data.parameters as {"least-privilege/rbac-cluster-admin": {"allowed": ["ServiceAccount/shop/operator"]}}
}

test_what_is_not_known_is_said if {
	unknown := {"complete": {"answer": "unknown", "why": "ClusterRole x is not declared here", "by": []}}
	policy.unknowns == {{
		"path": ["roleRef", "name"],
		"message": "what it hands out is not known: ClusterRole x is not declared here",
	}} with input as fixture.binding([], [fixture.operator], unknown)
	count(policy.unknowns) == 0 with input as fixture.binding([], [fixture.operator], {})
}
