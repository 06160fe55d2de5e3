package policies.least_privilege.seccomp_test

import data.lib.pod_fixture_test as fixture
import data.policies.least_privilege.seccomp as policy

test_unconfined_is_found if {
	some finding in policy.findings with input.pod as fixture.pod([fixture.sets({"seccompProfile": "Unconfined"})], {})
	finding.path == ["spec", "containers", 0, "securityContext", "seccompProfile", "type"]
	finding.message == "container app has seccomp profile Unconfined"
}

test_pod_is_found_though_its_containers_override_it if {
	spec := {"securityContext": {"seccompProfile": {"type": "Unconfined"}}}
	some finding in policy.findings with input.pod as fixture.pod([fixture.sets({"seccompProfile": "RuntimeDefault"})], {"spec": spec})
	finding.message == "the pod has seccomp profile Unconfined"
}

test_profiles_and_none_are_silent if {
	every value in ["RuntimeDefault", "Localhost", null] {
		count(policy.findings) == 0 with input.pod as fixture.pod([fixture.sets({"seccompProfile": value})], {})
	}
}

test_profile_without_a_type_is_found if {
	some own in policy.findings with input.pod as fixture.pod([fixture.sets({"seccompProfile": ""})], {})
	own.message == "container app has a seccomp profile without a type"
	every profile in [{}, {"type": null}, {"type": ""}] {
		spec := {"securityContext": {"seccompProfile": profile}}
		some finding in policy.findings with input.pod as fixture.pod([fixture.sets({"seccompProfile": "Localhost"})], {"spec": spec})
		finding.path == ["spec", "securityContext", "seccompProfile", "type"]
		finding.message == "the pod has a seccomp profile without a type"
	}
}
