package policies.least_privilege.windows_host_process_test

import data.lib.pod_fixture_test as fixture
import data.policies.least_privilege.windows_host_process as policy

test_container_is_found if {
	some finding in policy.findings with input.pod as fixture.pod([fixture.sets({"hostProcess": true})], {})
	finding.path == ["spec", "containers", 0, "securityContext", "windowsOptions", "hostProcess"]
	finding.message == "container app runs as a process of its Windows node"
}

test_pod_is_found if {
	spec := {"securityContext": {"windowsOptions": {"hostProcess": true}}}
	some finding in policy.findings with input.pod as fixture.pod([fixture.inherits({"hostProcess": true})], {"spec": spec})
	finding.message == "the pod runs as a process of its Windows node"
}

test_false_and_absent_are_silent if {
	count(policy.findings) == 0 with input.pod as fixture.pod([fixture.sets({"hostProcess": false})], {})
	count(policy.findings) == 0 with input.pod as fixture.pod([fixture.sets({})], {})
}
