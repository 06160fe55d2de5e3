package policies.least_privilege.rbac_system_groups_test

import data.lib.grants_fixture_test as fixture
import data.policies.least_privilege.rbac_system_groups as policy

_to(subject) := fixture.binding([], [subject], {})

_found(kind, name) if {
	some finding in policy.findings with input as _to(fixture.subject(kind, null, name, 0))
	finding.path == ["subjects", 0, "name"]
	startswith(finding.message, concat("", ["gives ClusterRole operator to ", name, ": "]))
}

test_who_is_everybody if {
	_found("Group", "system:unauthenticated")
	_found("User", "system:anonymous")
	_found("Group", "system:authenticated")
	_found("Group", "system:serviceaccounts")
	_found("Group", "system:serviceaccounts:shop")
	_found("Group", "system:masters")
}

test_who_is_somebody if {
	not _found("Group", "developers")
	not _found("User", "system:kube-scheduler")
	not _found("Group", "system:serviceaccountsx")
	count(policy.findings) == 0 with input as _to(fixture.subject("ServiceAccount", "shop", "system:masters", 0))
}

test_each_subject_by_itself if {
	subjects := [fixture.subject("Group", null, "developers", 0), fixture.subject("Group", null, "system:authenticated", 1)]
	some finding in policy.findings with input as fixture.binding([], subjects, {})
	finding.path == ["subjects", 1, "name"]
}

test_what_is_shipped_is_silent if {
	shipped := object.union(fixture.subject("Group", null, "system:authenticated", 0), {"stock": true})
	count(policy.findings) == 0 with input as _to(shipped)
}

test_what_is_allowed_is_silent if {
	subjects := [fixture.subject("Group", null, "system:authenticated", 0), fixture.subject("Group", null, "system:masters", 1)]
	world := fixture.binding([], subjects, {})
	count(policy.findings) == 1 with input as world
		with data.parameters as {"least-privilege/rbac-system-groups": {"allowed": ["Group/system:authenticated"]}}
	count(policy.findings) == 0 with input as world
		with data.parameters as {"least-privilege/rbac-system-groups": {"allowed": ["ClusterRole/operator"]}}
}
