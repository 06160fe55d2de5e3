package policies.least_privilege.seccomp_profile_test

import data.lib.pod_fixture_test as fixture
import data.policies.least_privilege.seccomp_profile as policy

test_absent_is_one_finding_at_the_pod if {
	containers := [fixture.sets({}), object.union(fixture.sets({}), {"name": "other"})]
	policy.findings == {{
		"path": ["spec", "securityContext", "seccompProfile", "type"],
		"message": "the pod has no seccomp profile",
		"fix": {"set": "RuntimeDefault"},
	}} with input.pod as fixture.pod(containers, {})
}

test_profile_is_silent if {
	count(policy.findings) == 0 with input.pod as fixture.pod([fixture.sets({"seccompProfile": "Localhost"})], {})
}

test_unconfined_is_not_said_twice if {
	count(policy.findings) == 0 with input.pod as fixture.pod([fixture.sets({"seccompProfile": "Unconfined"})], {})
}

test_windows_is_silent if {
	count(policy.findings) == 0 with input.pod as fixture.pod([fixture.sets({})], {"os": "windows"})
}

test_absent_from_a_partial_pod_is_unknown if {
	input_pod := fixture.pod([fixture.sets({})], {"partial": true})
	count(policy.findings) == 0 with input.pod as input_pod
	count(policy.unknowns) == 1 with input.pod as input_pod
}
