package policies.least_privilege.proc_mount_test

import data.lib.pod_fixture_test as fixture
import data.policies.least_privilege.proc_mount as policy

test_unmasked_is_found if {
	some finding in policy.findings with input.pod as fixture.pod([fixture.sets({"procMount": "Unmasked"})], {"spec": {"hostUsers": false}})
	finding.path == ["spec", "containers", 0, "securityContext", "procMount"]
	finding.message == "container app has /proc mounted as Unmasked"
}

test_default_is_silent if {
	count(policy.findings) == 0 with input.pod as fixture.pod([fixture.sets({"procMount": "Default"})], {})
	count(policy.findings) == 0 with input.pod as fixture.pod([fixture.sets({})], {})
}
