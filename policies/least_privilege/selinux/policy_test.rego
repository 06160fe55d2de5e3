package policies.least_privilege.selinux_test

import data.lib.pod_fixture_test as fixture
import data.policies.least_privilege.selinux as policy

test_type_user_and_role_are_found if {
	options := {"type": "spc_t", "user": "u", "role": "r", "level": "s0:c123"}
	findings := policy.findings with input.pod as fixture.pod([fixture.sets({"seLinuxOptions": options})], {})
	{finding.message | some finding in findings} == {
		"container app sets the SELinux type spc_t",
		"container app sets the SELinux user u",
		"container app sets the SELinux role r",
	}
}

test_options_of_the_pod_are_found if {
	spec := {"securityContext": {"seLinuxOptions": {"user": "u"}}}
	some finding in policy.findings with input.pod as fixture.pod([], {"spec": spec})
	finding.path == ["spec", "securityContext", "seLinuxOptions", "user"]
}

test_allowed_types_are_silent if {
	every type in ["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"] {
		count(policy.findings) == 0 with input.pod as fixture.pod([fixture.sets({"seLinuxOptions": {"type": type, "user": ""}})], {})
	}
	count(policy.findings) == 0 with input.pod as fixture.pod([fixture.sets({})], {})
}
