package policies.least_privilege.volume_types_test

import data.lib.pod_fixture_test as fixture
import data.policies.least_privilege.volume_types as policy

_pod(spec) := fixture.pod([], {"volumes": [{"name": "data", "path": ["spec", "volumes", 0], "spec": spec}]})

test_other_type_is_found if {
	some finding in policy.findings with input.pod as _pod({"name": "data", "nfs": {"server": "nfs"}})
	finding.path == ["spec", "volumes", 0, "nfs"]
	finding.message == "volume data is of type nfs"
}

test_unknown_type_is_found if {
	count(policy.findings) == 1 with input.pod as _pod({"name": "data", "floppyDisk": {}})
}

test_what_the_api_server_drops_is_no_type if {
	count(policy.findings) == 0 with input.pod as _pod({"name": "data", "emptydir": {}})
	count(policy.findings) == 1 with input.pod as _pod({"name": "data", "emptydir": {}, "nfs": {"server": "nfs"}})
}

test_host_path_is_not_said_twice if {
	count(policy.findings) == 0 with input.pod as _pod({"name": "data", "hostPath": {"path": "/"}})
}

test_allowed_is_silent if {
	every type in ["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected", "secret"] {
		count(policy.findings) == 0 with input.pod as _pod({"name": "data", type: {}})
	}
	count(policy.findings) == 0 with input.pod as _pod({"name": "data"})
	count(policy.findings) == 0 with input.pod as _pod({"name": "data", "nfs": null})
}
