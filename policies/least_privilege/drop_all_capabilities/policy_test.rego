package policies.least_privilege.drop_all_capabilities_test

import data.lib.pod_fixture_test as fixture
import data.policies.least_privilege.drop_all_capabilities as policy

test_nothing_dropped_is_found if {
	some finding in policy.findings with input.pod as fixture.pod([fixture.sets({})], {})
	finding.path == ["spec", "containers", 0, "securityContext", "capabilities", "drop"]
}

test_some_dropped_is_found if {
	count(policy.findings) == 1 with input.pod as fixture.pod([fixture.sets({"capabilitiesDrop": ["NET_RAW", "all"]})], {})
}

test_all_dropped_is_silent if {
	values := {"capabilitiesDrop": ["ALL"], "capabilitiesAdd": ["NET_BIND_SERVICE"]}
	count(policy.findings) == 0 with input.pod as fixture.pod([fixture.sets(values)], {})
}

test_added_back_is_found if {
	values := {"capabilitiesDrop": ["ALL"], "capabilitiesAdd": ["NET_BIND_SERVICE", "CHOWN"]}
	some finding in policy.findings with input.pod as fixture.pod([fixture.sets(values)], {})
	finding.message == "container app adds back capability CHOWN"
}

test_beyond_baseline_is_not_said_twice if {
	values := {"capabilitiesDrop": ["ALL"], "capabilitiesAdd": ["SYS_ADMIN"]}
	count(policy.findings) == 0 with input.pod as fixture.pod([fixture.sets(values)], {})
}

test_windows_is_silent if {
	count(policy.findings) == 0 with input.pod as fixture.pod([fixture.sets({"capabilitiesAdd": ["CHOWN"]})], {"os": "windows"})
}

test_absent_from_a_partial_pod_is_unknown if {
	input_pod := fixture.pod([fixture.sets({})], {"partial": true})
	count(policy.findings) == 0 with input.pod as input_pod
	count(policy.unknowns) == 1 with input.pod as input_pod
}
