package policies.least_privilege.dangerous_capabilities_test

import data.lib.pod_fixture_test as fixture
import data.policies.least_privilege.dangerous_capabilities as policy

test_beyond_baseline_is_found if {
	some finding in policy.findings with input.pod as fixture.pod([fixture.sets({"capabilitiesAdd": ["CHOWN", "SYS_ADMIN"]})], {})
	finding.path == ["spec", "containers", 0, "securityContext", "capabilities", "add", 1]
	finding.message == "container app adds capability SYS_ADMIN"
}

test_all_and_unknown_names_are_found if {
	count(policy.findings) == 3 with input.pod as fixture.pod([fixture.sets({"capabilitiesAdd": ["ALL", "CAP_CHOWN", "chown"]})], {})
}

test_another_name_is_told_with_the_one_that_is_let_through if {
	messages := {finding.message | some finding in policy.findings} with input.pod as fixture.pod([fixture.sets({"capabilitiesAdd": ["CAP_KILL", "chown", "CAP_SYS_ADMIN"]})], {})
	messages == {
		"container app adds capability CAP_KILL, which Pod Security lets through as KILL alone",
		"container app adds capability chown, which Pod Security lets through as CHOWN alone",
		"container app adds capability CAP_SYS_ADMIN",
	}
}

test_baseline_is_silent if {
	count(policy.findings) == 0 with input.pod as fixture.pod([fixture.sets({"capabilitiesAdd": ["CHOWN", "NET_BIND_SERVICE"]})], {})
	count(policy.findings) == 0 with input.pod as fixture.pod([fixture.sets({})], {})
}
