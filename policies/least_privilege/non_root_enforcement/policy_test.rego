package policies.least_privilege.non_root_enforcement_test

import data.lib.pod_fixture_test as fixture
import data.policies.least_privilege.non_root_enforcement as policy

test_user_alone_is_found if {
	some finding in policy.findings with input.pod as fixture.pod([fixture.sets({"runAsUser": 1000})], {})
	finding.path == ["spec", "securityContext", "runAsNonRoot"]
	finding.message == "the pod does not set runAsNonRoot to true"
}

test_pod_that_opts_out_is_found_though_its_containers_opt_in if {
	spec := {"securityContext": {"runAsNonRoot": false}}
	count(policy.findings) == 1 with input.pod as fixture.pod([fixture.sets({"runAsNonRoot": true})], {"spec": spec})
}

test_may_run_as_root_is_not_said_twice if {
	count(policy.findings) == 0 with input.pod as fixture.pod([fixture.sets({})], {})
	mixed := [fixture.sets({}), object.union(fixture.sets({"runAsUser": 7}), {"name": "other"})]
	count(policy.findings) == 0 with input.pod as fixture.pod(mixed, {})
}

test_enforced_is_silent if {
	count(policy.findings) == 0 with input.pod as fixture.pod([fixture.sets({"runAsNonRoot": true})], {})
}

test_user_namespaces_and_partial_pods_are_silent if {
	count(policy.findings) == 0 with input.pod as fixture.pod([fixture.sets({"runAsUser": 7})], {"spec": {"hostUsers": false}})
	count(policy.findings) == 0 with input.pod as fixture.pod([fixture.sets({"runAsUser": 7})], {"partial": true})
}
