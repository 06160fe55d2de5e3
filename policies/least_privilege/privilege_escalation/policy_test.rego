package policies.least_privilege.privilege_escalation_test

import data.lib.pod_fixture_test as fixture
import data.policies.least_privilege.privilege_escalation as policy

test_true_is_found if {
	some finding in policy.findings with input.pod as fixture.pod([fixture.sets({"allowPrivilegeEscalation": true})], {})
	finding.path == ["spec", "containers", 0, "securityContext", "allowPrivilegeEscalation"]
	finding.message == "container app may gain more privileges than it starts with"
}

test_absent_is_found if {
	count(policy.findings) == 1 with input.pod as fixture.pod([fixture.sets({})], {})
}

test_false_is_silent if {
	count(policy.findings) == 0 with input.pod as fixture.pod([fixture.sets({"allowPrivilegeEscalation": false})], {})
}

test_windows_is_silent if {
	count(policy.findings) == 0 with input.pod as fixture.pod([fixture.sets({})], {"os": "windows"})
}

test_absent_from_a_partial_pod_is_unknown if {
	input_pod := fixture.pod([fixture.sets({})], {"partial": true})
	count(policy.findings) == 0 with input.pod as input_pod
	count(policy.unknowns) == 1 with input.pod as input_pod
}
