package policies.least_privilege.host_ports_test

import data.lib.pod_fixture_test as fixture
import data.policies.least_privilege.host_ports as policy

_pod(ports) := fixture.pod([fixture.container({"name": "app", "ports": ports})], {})

test_host_port_is_found if {
	some finding in policy.findings with input.pod as _pod([{"containerPort": 80}, {"containerPort": 80, "hostPort": 8080}])
	finding.path == ["spec", "containers", 0, "ports", 1, "hostPort"]
	finding.message == "container app binds port 8080 of its node"
}

test_no_host_port_is_silent if {
	count(policy.findings) == 0 with input.pod as _pod([{"containerPort": 80}, {"hostPort": 0}, {"hostPort": null}])
	count(policy.findings) == 0 with input.pod as fixture.pod([fixture.sets({})], {})
}
