package policies.least_privilege.container_runtime_socket_test

import data.lib.pod_fixture_test as fixture
import data.policies.least_privilege.container_runtime_socket as policy

_pod(path) := fixture.pod([], {"volumes": [{"name": "v", "path": ["spec", "volumes", 0], "spec": {"hostPath": {"path": path}}}]})

test_sockets_are_found if {
	every path in [
		"/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock", "/var/run/crio/crio.sock/",
		"/run/user/1000/podman/podman.sock", "/run/cri-dockerd.sock", "\\\\.\\pipe\\docker_engine", "//./pipe/containerd-containerd",
	] {
		count(policy.findings) == 1 with input.pod as _pod(path)
	}
}

test_directories_above_are_found if {
	every path in ["/", "/run", "/var/run/", "/run/containerd", "/var/run/docker", "/run//./k3s"] {
		count(policy.findings) == 1 with input.pod as _pod(path)
	}
	some finding in policy.findings with input.pod as _pod("/var/run/crio")
	finding.path == ["spec", "volumes", 0, "hostPath", "path"]
	finding.message == "volume v reaches /run/crio/crio.sock of the node"
}

test_other_paths_are_silent if {
	every path in ["/var", "/var/log", "/var/run/thing.sock", "/run/udev", "/home/run/docker", "/var/lib/docker"] {
		count(policy.findings) == 0 with input.pod as _pod(path)
	}
	count(policy.findings) == 0 with input.pod as fixture.pod([], {"volumes": [{"name": "v", "path": [], "spec": {"emptyDir": {}}}]})
}
