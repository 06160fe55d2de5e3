package policies.least_privilege.root_group_test

import data.lib.pod_fixture_test as fixture
import data.policies.least_privilege.root_group as policy

test_root_group_is_found if {
	some finding in policy.findings with input.pod as fixture.pod([fixture.sets({"runAsGroup": 0})], {})
	finding.path == ["spec", "containers", 0, "securityContext", "runAsGroup"]
	finding.message == "container app runs in the root group"
}

test_absent_is_found if {
	some finding in policy.findings with input.pod as fixture.pod([fixture.sets({})], {})
	finding.path == ["spec", "securityContext", "runAsGroup"]
}

test_groups_of_the_pod_are_found if {
	spec := {"securityContext": {"runAsGroup": 7, "fsGroup": 0, "supplementalGroups": [1, 0]}}
	paths := {finding.path | some finding in policy.findings} with input.pod as fixture.pod([fixture.inherits({"runAsGroup": 7})], {"spec": spec})
	paths == {["spec", "securityContext", "fsGroup"], ["spec", "securityContext", "supplementalGroups", 1]}
}

test_other_groups_are_silent if {
	spec := {"securityContext": {"fsGroup": 7, "supplementalGroups": [8]}}
	count(policy.findings) == 0 with input.pod as fixture.pod([fixture.sets({"runAsGroup": 7})], {"spec": spec})
}

test_windows_and_user_namespaces_are_silent if {
	count(policy.findings) == 0 with input.pod as fixture.pod([fixture.sets({})], {"os": "windows"})
	count(policy.findings) == 0 with input.pod as fixture.pod([fixture.sets({})], {"spec": {"hostUsers": false}})
}

test_absent_from_a_partial_pod_is_unknown if {
	input_pod := fixture.pod([fixture.sets({})], {"partial": true})
	count(policy.findings) == 0 with input.pod as input_pod
	count(policy.unknowns) == 1 with input.pod as input_pod
}
