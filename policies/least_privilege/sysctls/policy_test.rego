package policies.least_privilege.sysctls_test

import data.lib.pod_fixture_test as fixture
import data.policies.least_privilege.sysctls as policy

_pod(sysctls) := fixture.pod([], {"spec": {"securityContext": {"sysctls": sysctls}}})

test_unsafe_is_found if {
	some finding in policy.findings with input.pod as _pod([{"name": "net.ipv4.tcp_rmem"}, {"name": "kernel.msgmax"}])
	finding.path == ["spec", "securityContext", "sysctls", 1, "name"]
	finding.message == "the pod sets sysctl kernel.msgmax"
}

test_safe_is_silent if {
	count(policy.findings) == 0 with input.pod as _pod([{"name": "net.ipv4.tcp_notsent_lowat"}])
	count(policy.findings) == 0 with input.pod as fixture.pod([], {})
}

test_name_that_is_missing_is_found if {
	count(policy.findings) == 1 with input.pod as _pod([{"value": "1"}])
}
