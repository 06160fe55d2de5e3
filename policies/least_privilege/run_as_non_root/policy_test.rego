package policies.least_privilege.run_as_non_root_test

import data.lib.pod_fixture_test as fixture
import data.policies.least_privilege.run_as_non_root as policy

test_absent_is_one_finding_at_the_pod if {
	containers := [fixture.sets({}), object.union(fixture.sets({}), {"name": "other"})]
	policy.findings == {{
		"path": ["spec", "securityContext", "runAsNonRoot"],
		"message": "the pod may run as root",
		"fix": {"set": true},
	}} with input.pod as fixture.pod(containers, {})
}

test_container_that_opts_out_is_found if {
	spec := {"securityContext": {"runAsNonRoot": true}}
	some finding in policy.findings with input.pod as fixture.pod([fixture.sets({"runAsNonRoot": false})], {"spec": spec})
	finding.path == ["spec", "containers", 0, "securityContext", "runAsNonRoot"]
	finding.message == "container app may run as root"
}

test_root_user_is_found if {
	count(policy.findings) == 1 with input.pod as fixture.pod([fixture.sets({"runAsUser": 0})], {})
}

test_pod_told_to_run_as_root_is_found_though_its_containers_are_not if {
	spec := {"securityContext": {"runAsUser": 0}}
	some finding in policy.findings with input.pod as fixture.pod([fixture.sets({"runAsUser": 7})], {"spec": spec})
	finding.path == ["spec", "securityContext", "runAsNonRoot"]
}

test_user_of_the_pod_is_silent_where_every_container_is_not_root if {
	spec := {"securityContext": {"runAsUser": 0}}
	values := {"runAsNonRoot": true, "runAsUser": 7}
	count(policy.findings) == 0 with input.pod as fixture.pod([fixture.sets(values)], {"spec": spec})
}

test_contradiction_is_found if {
	values := {"runAsNonRoot": true, "runAsUser": 0}
	some finding in policy.findings with input.pod as fixture.pod([fixture.sets(values)], {})
	finding.path == ["spec", "containers", 0, "securityContext", "runAsUser"]
}

test_non_root_is_silent if {
	count(policy.findings) == 0 with input.pod as fixture.pod([fixture.sets({"runAsNonRoot": true})], {})
	count(policy.findings) == 0 with input.pod as fixture.pod([fixture.inherits({"runAsNonRoot": true, "runAsUser": 7})], {})
}

test_own_user_is_silent if {
	count(policy.findings) == 0 with input.pod as fixture.pod([fixture.sets({"runAsUser": 1000, "runAsNonRoot": false})], {})
}

test_user_namespace_is_silent if {
	count(policy.findings) == 0 with input.pod as fixture.pod([fixture.sets({"runAsUser": 0})], {"spec": {"hostUsers": false}})
}

test_absent_from_a_partial_pod_is_unknown if {
	input_pod := fixture.pod([fixture.sets({})], {"partial": true})
	count(policy.findings) == 0 with input.pod as input_pod
	count(policy.unknowns) == 1 with input.pod as input_pod
}
