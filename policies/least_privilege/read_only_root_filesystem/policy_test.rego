package policies.least_privilege.read_only_root_filesystem_test

import data.lib.pod_fixture_test as fixture
import data.policies.least_privilege.read_only_root_filesystem as policy

test_false_and_absent_are_found if {
	every value in [false, null] {
		some finding in policy.findings with input.pod as fixture.pod([fixture.sets({"readOnlyRootFilesystem": value})], {})
		finding.path == ["spec", "containers", 0, "securityContext", "readOnlyRootFilesystem"]
		finding.message == "container app may write to its root file system"
	}
}

test_read_only_is_silent if {
	count(policy.findings) == 0 with input.pod as fixture.pod([fixture.sets({"readOnlyRootFilesystem": true})], {})
}

test_windows_is_silent if {
	count(policy.findings) == 0 with input.pod as fixture.pod([fixture.sets({})], {"os": "windows"})
}

test_absent_from_a_partial_pod_is_unknown if {
	input_pod := fixture.pod([fixture.sets({})], {"partial": true})
	count(policy.findings) == 0 with input.pod as input_pod
	count(policy.unknowns) == 1 with input.pod as input_pod
}
