package policies.mtls_strict.peerauthentication_permissive_test

import data.policies.mtls_strict.peerauthentication_permissive as policy

test_permissive_and_disable_are_found if {
	every mode in ["PERMISSIVE", "DISABLE"] {
		some finding in policy.findings with input.resource as {"spec": {"mtls": {"mode": mode}}}
		finding.path == ["spec", "mtls", "mode"]
		finding.fix == {"set": "STRICT"}
	}
}

test_port_level_is_found if {
	spec := {
		"selector": {"matchLabels": {"tier": "web", "app": "cart"}},
		"mtls": {"mode": "STRICT"},
		"portLevelMtls": {"8080": {"mode": "DISABLE"}, "9090": {"mode": "STRICT"}, "9091": {}},
	}
	policy.findings == {{
		"path": ["spec", "portLevelMtls", "8080", "mode"],
		"message": "mode DISABLE turns mTLS off on port 8080 of workloads with app=cart,tier=web",
		"fix": {"set": "STRICT"},
	}} with input.resource as {"spec": spec}
}

test_strict_and_unset_are_silent if {
	every spec in [{"mtls": {"mode": "STRICT"}}, {"mtls": {"mode": "UNSET"}}, {"mtls": {}}, {}] {
		count(policy.findings) == 0 with input.resource as {"spec": spec}
	}
}

test_absent_spec_is_silent if {
	count(policy.findings) == 0 with input.resource as {"kind": "PeerAuthentication"}
}
