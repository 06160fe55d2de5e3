package policies.least_privilege.host_namespaces_test

import data.lib.pod_fixture_test as fixture
import data.policies.least_privilege.host_namespaces as policy

test_each_namespace_is_found if {
	spec := {"hostNetwork": true, "hostPID": true, "hostIPC": true}
	paths := {finding.path | some finding in policy.findings} with input.pod as fixture.pod([], {"spec": spec})
	paths == {["spec", "hostNetwork"], ["spec", "hostPID"], ["spec", "hostIPC"]}
}

test_not_shared_is_silent if {
	spec := {"hostNetwork": false, "hostPID": null}
	count(policy.findings) == 0 with input.pod as fixture.pod([], {"spec": spec})
}
