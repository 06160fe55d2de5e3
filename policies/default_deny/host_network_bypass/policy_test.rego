package policies.default_deny.host_network_bypass_test

import data.policies.default_deny.host_network_bypass as policy

_input(policies) := {
	"pod": {"path": ["spec", "template", "spec"]},
	"facts": {"network": {"workload": {"bypassed": policies}}},
}

test_policies_that_cannot_hold_are_found if {
	policies := [{"kind": "NetworkPolicy", "name": "a"}, {"kind": "CiliumNetworkPolicy", "name": "b"}]
	policy.findings == {{
		"path": ["spec", "template", "spec", "hostNetwork"],
		"message": "on the host network, out of reach of NetworkPolicy a, CiliumNetworkPolicy b",
		"related": policies,
	}} with input as _input(policies)
}

test_none_is_silent if {
	count(policy.findings) == 0 with input as _input([])
}
