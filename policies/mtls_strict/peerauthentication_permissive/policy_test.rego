package policies.mtls_strict.peerauthentication_permissive_test

import data.policies.mtls_strict.peerauthentication_permissive as policy

_of(spec) := {
	"resource": {"spec": spec},
	"facts": {"mesh": {"peer": {"applies": true, "portsApply": object.get(spec, "selector", null) != null}}},
}

test_permissive_and_disable_are_found if {
	every mode in ["PERMISSIVE", "DISABLE"] {
		some finding in policy.findings with input as _of({"mtls": {"mode": mode}})
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
	}} with input as _of(spec)
}

test_strict_and_unset_are_silent if {
	every spec in [{"mtls": {"mode": "STRICT"}}, {"mtls": {"mode": "UNSET"}}, {"mtls": {}}, {}] {
		count(policy.findings) == 0 with input as _of(spec)
	}
}

test_absent_spec_is_silent if {
	count(policy.findings) == 0 with input.resource as {"kind": "PeerAuthentication"}
}

# In the root namespace Istio ignores a policy with a selector, and everywhere ports without one.
test_what_istio_ignores_is_silent if {
	spec := {"selector": {"matchLabels": {"app": "cart"}}, "mtls": {"mode": "DISABLE"}, "portLevelMtls": {"8080": {"mode": "DISABLE"}}}
	ignored := {"applies": false, "portsApply": true}
	count(policy.findings) == 0 with input as object.union(_of(spec), {"facts": {"mesh": {"peer": ignored}}})
	count(policy.findings) == 0 with input as _of({"portLevelMtls": {"8080": {"mode": "DISABLE"}}})
}
