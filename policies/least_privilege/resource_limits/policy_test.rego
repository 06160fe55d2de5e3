package policies.least_privilege.resource_limits_test

import data.lib.pod_fixture_test as fixture
import data.policies.least_privilege.resource_limits as policy

_pod(resources) := fixture.pod([fixture.container({"name": "app", "resources": resources})], {})

_parameters := {"least-privilege/resource-limits": {"limits": ["cpu", "memory"], "requests": ["cpu", "memory"]}}

test_what_is_missing_is_one_finding if {
	some finding in policy.findings with input.pod as _pod({"limits": {"memory": "1Gi"}}) with data.parameters as _parameters
	finding.path == ["spec", "containers", 0, "resources"]
	finding.message == "container app sets no cpu limit, no cpu request"
}

test_nothing_set_is_found if {
	count(policy.findings) == 1 with input.pod as fixture.pod([fixture.sets({})], {}) with data.parameters as _parameters
}

test_limits_are_requests if {
	count(policy.findings) == 0 with input.pod as _pod({"limits": {"memory": "1Gi", "cpu": 1}}) with data.parameters as _parameters
}

test_limits_of_the_pod_hold if {
	spec := {"resources": {"limits": {"memory": "1Gi", "cpu": 1}}}
	count(policy.findings) == 0 with input.pod as fixture.pod([fixture.sets({})], {"spec": spec}) with data.parameters as _parameters
}

test_ephemeral_containers_can_have_none if {
	container := object.union(fixture.sets({}), {"role": "ephemeral"})
	count(policy.findings) == 0 with input.pod as fixture.pod([container], {}) with data.parameters as _parameters
}

test_absent_from_a_partial_pod_is_unknown if {
	input_pod := fixture.pod([fixture.sets({})], {"partial": true})
	count(policy.findings) == 0 with input.pod as input_pod with data.parameters as _parameters
	count(policy.unknowns) == 1 with input.pod as input_pod with data.parameters as _parameters
}

test_requested_storage_needs_a_limit if {
	limits := {"memory": "1Gi", "cpu": 1}
	open := _pod({"limits": limits, "requests": {"ephemeral-storage": "2Gi"}})
	some finding in policy.findings with input.pod as open with data.parameters as _parameters
	finding.message == "container app sets no ephemeral-storage limit"
	bounded := _pod({"limits": object.union(limits, {"ephemeral-storage": "2Gi"})})
	count(policy.findings) == 0 with input.pod as bounded with data.parameters as _parameters
}

test_parameters_decide if {
	memory := {"least-privilege/resource-limits": {"limits": ["memory"], "requests": []}}
	count(policy.findings) == 0 with input.pod as _pod({"limits": {"memory": "1Gi"}}) with data.parameters as memory
}
