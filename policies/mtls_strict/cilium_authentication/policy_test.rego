package policies.mtls_strict.cilium_authentication_test

import data.policies.mtls_strict.cilium_authentication as policy

_policy(meshes, direction, mode, denies) := {"facts": {"mesh": {"meshes": meshes, "cilium": {"rules": [{
	"direction": direction,
	"path": ["spec", direction, 0],
	"mode": mode,
	"denies": denies,
	"outside": false,
}]}}}}

test_disabled_is_found if {
	policy.findings == {{
		"path": ["spec", "ingress", 0, "authentication", "mode"],
		"message": "the ingress rule has authentication mode disabled",
		"fix": {"set": "required"},
	}} with input as _policy(["cilium"], "ingress", "disabled", false)
}

test_gap_is_found_where_authentication_is_used if {
	count(policy.findings) == 1 with input as _policy(["cilium"], "ingress", null, false)
	count(policy.findings) == 0 with input as _policy(["istio"], "ingress", null, false)
}

test_gap_is_found_where_nothing_else_gives_identities if {
	policy.findings == {{
		"path": ["spec", "ingress", 0, "authentication"],
		"message": "the ingress rule lets connections in without authentication",
		"elsewhere": true,
	}} with input as _policy([], "ingress", null, false)
}

test_required_deny_and_egress_rules_are_silent if {
	count(policy.findings) == 0 with input as _policy(["cilium"], "ingress", "required", false)
	count(policy.findings) == 0 with input as _policy(["cilium"], "ingress", null, true)
	count(policy.findings) == 0 with input as _policy(["cilium"], "egress", null, false)
}
