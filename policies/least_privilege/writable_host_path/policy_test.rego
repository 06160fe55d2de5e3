package policies.least_privilege.writable_host_path_test

import data.lib.pod_fixture_test as fixture
import data.policies.least_privilege.writable_host_path as policy

_pod(mount) := fixture.pod(
	[fixture.container({"name": "app", "volumeMounts": [{"name": "other"}, mount]})],
	{"volumes": [
		{"name": "other", "path": ["spec", "volumes", 0], "spec": {"emptyDir": {}}},
		{"name": "logs", "path": ["spec", "volumes", 1], "spec": {"hostPath": {"path": "/var/log"}}},
	]},
)

test_writable_is_found if {
	some finding in policy.findings with input.pod as _pod({"name": "logs", "readOnly": false})
	finding.path == ["spec", "containers", 0, "volumeMounts", 1, "readOnly"]
	finding.message == "container app may write /var/log of the node"
}

test_absent_is_writable if {
	count(policy.findings) == 1 with input.pod as _pod({"name": "logs"})
}

test_read_only_is_silent if {
	count(policy.findings) == 0 with input.pod as _pod({"name": "logs", "readOnly": true})
}
