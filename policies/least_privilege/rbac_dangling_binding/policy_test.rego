package policies.least_privilege.rbac_dangling_binding_test

import data.lib.grants_fixture_test as fixture
import data.policies.least_privilege.rbac_dangling_binding as policy

_role(found) := {"role": {"kind": "Role", "name": "r", "path": ["roleRef", "name"], "found": found, "why": "Role r is not declared here"}}

test_a_role_that_is_not_here if {
	policy.findings == {{
		"path": ["roleRef", "name"],
		"message": "Role r is not declared here",
		"elsewhere": true,
	}} with input as fixture.binding([], [fixture.operator], _role("unknown"))
}

test_a_role_that_cannot_be if {
	some finding in policy.findings with input as fixture.binding([], [fixture.operator], _role("no"))
	finding.elsewhere == false
}

test_an_account_that_is_not_here if {
	missing := object.union(fixture.operator, {"declared": "no"})
	policy.findings == {{
		"path": ["subjects", 0, "name"],
		"message": "ServiceAccount shop/operator is not declared here",
		"elsewhere": true,
	}} with input as fixture.binding([], [missing], {})
}

test_what_is_here_or_elsewhere_is_silent if {
	unknown := object.union(fixture.operator, {"declared": "unknown"})
	count(policy.findings) == 0 with input as fixture.binding([], [fixture.operator, unknown], _role("yes"))
}
