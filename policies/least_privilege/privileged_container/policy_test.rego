package policies.least_privilege.privileged_container_test

import data.policies.least_privilege.privileged_container as policy

_pod(value) := {"containers": [{
	"name": "app",
	"security": {"privileged": {"value": value, "path": ["spec", "containers", 0, "securityContext", "privileged"]}},
}]}

test_privileged_is_found if {
	some finding in policy.findings with input.pod as _pod(true)
	finding.message == "container app is privileged"
	finding.path == ["spec", "containers", 0, "securityContext", "privileged"]
}

test_not_privileged_is_silent if {
	count(policy.findings) == 0 with input.pod as _pod(false)
}
