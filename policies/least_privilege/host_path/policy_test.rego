package policies.least_privilege.host_path_test

import data.lib.pod_fixture_test as fixture
import data.policies.least_privilege.host_path as policy

test_host_path_is_found if {
	volume := {"name": "logs", "path": ["spec", "volumes", 0], "spec": {"name": "logs", "hostPath": {"path": "/var/log"}}}
	some finding in policy.findings with input.pod as fixture.pod([], {"volumes": [volume]})
	finding.path == ["spec", "volumes", 0, "hostPath"]
	finding.message == "volume logs is /var/log of the node"
}

test_host_path_without_path_is_found if {
	volume := {"name": "logs", "path": ["spec", "volumes", 0], "spec": {"hostPath": {}}}
	some finding in policy.findings with input.pod as fixture.pod([], {"volumes": [volume]})
	finding.message == "volume logs is a path of the node"
}

test_other_volumes_are_silent if {
	specs := [{"emptyDir": {}}, {"hostPath": null}, {"name": "none"}]
	volumes := [{"name": "v", "path": ["spec", "volumes", i], "spec": spec} | some i, spec in specs]
	count(policy.findings) == 0 with input.pod as fixture.pod([], {"volumes": volumes})
}
