package policies.least_privilege.host_probes_test

import data.lib.pod_fixture_test as fixture
import data.policies.least_privilege.host_probes as policy

test_host_is_found if {
	spec := {
		"name": "app",
		"livenessProbe": {"httpGet": {"host": "10.0.0.1"}},
		"lifecycle": {"preStop": {"tcpSocket": {"host": "db"}}},
	}
	findings := policy.findings with input.pod as fixture.pod([fixture.container(spec)], {})
	{finding.path | some finding in findings} == {
		["spec", "containers", 0, "livenessProbe", "httpGet", "host"],
		["spec", "containers", 0, "lifecycle", "preStop", "tcpSocket", "host"],
	}
	"the lifecycle.preStop of container app makes its node call db" in {finding.message | some finding in findings}
}

test_no_host_is_silent if {
	spec := {"name": "app", "livenessProbe": {"httpGet": {"host": ""}}, "readinessProbe": {"tcpSocket": {"port": 80}}}
	count(policy.findings) == 0 with input.pod as fixture.pod([fixture.container(spec)], {})
}
