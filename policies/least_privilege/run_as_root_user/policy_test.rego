package policies.least_privilege.run_as_root_user_test

import data.lib.pod_fixture_test as fixture
import data.policies.least_privilege.run_as_root_user as policy

test_root_is_found if {
	some finding in policy.findings with input.pod as fixture.pod([fixture.sets({"runAsUser": 0})], {})
	finding.path == ["spec", "containers", 0, "securityContext", "runAsUser"]
	finding.message == "container app runs as root (runAsUser: 0)"
}

test_root_of_the_pod_is_found if {
	spec := {"securityContext": {"runAsUser": 0}}
	some finding in policy.findings with input.pod as fixture.pod([fixture.sets({"runAsUser": 7})], {"spec": spec})
	finding.message == "the pod runs as root (runAsUser: 0)"
}

test_other_user_is_silent if {
	count(policy.findings) == 0 with input.pod as fixture.pod([fixture.sets({"runAsUser": 1000})], {})
	count(policy.findings) == 0 with input.pod as fixture.pod([fixture.sets({})], {})
}

test_user_namespace_is_silent if {
	count(policy.findings) == 0 with input.pod as fixture.pod([fixture.sets({"runAsUser": 0})], {"spec": {"hostUsers": false}})
}
