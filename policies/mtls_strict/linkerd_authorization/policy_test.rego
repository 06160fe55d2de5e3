package policies.mtls_strict.linkerd_authorization_test

import data.policies.mtls_strict.linkerd_authorization as policy

_resource(kind, spec) := {
	"resource": {"kind": kind, "metadata": {"name": "x"}, "spec": spec},
	"facts": {"mesh": {"workload": null, "linkerd": null}},
}

_policy(missing, identity) := {
	"resource": {"kind": "AuthorizationPolicy", "metadata": {"name": "x"}, "spec": {}},
	"facts": {"mesh": {"workload": null, "linkerd": {"missing": missing, "demandsIdentity": identity}}},
}

_workload(mesh, strict) := {
	"resource": {"kind": "Deployment", "metadata": {"name": "cart"}},
	"pod": {"metadataPath": ["spec", "template", "metadata"]},
	"facts": {"mesh": {"linkerd": null, "workload": {
		"applies": true,
		"mesh": mesh,
		"enrolled": {"answer": "yes", "why": "", "by": []},
		"strict": {"answer": strict, "why": "no Server selects it", "by": []},
		"weak": "every port is PERMISSIVE",
		"path": ["spec", "template", "metadata"],
		"elsewhere": true,
	}}},
}

test_open_member_is_found if {
	some finding in policy.findings with input as _workload("linkerd", "no")
	finding.elsewhere
	count(policy.findings) == 0 with input as _workload("linkerd", "yes")
	count(policy.findings) == 0 with input as _workload("istio", "no")
	count(policy.unknowns) == 1 with input as _workload("linkerd", "unknown")
}

test_missing_reference_is_found if {
	missing := [{"path": ["spec", "targetRef", "name"], "what": "Server cart"}]
	policy.findings == {{
		"path": ["spec", "targetRef", "name"],
		"message": "Server cart is not declared here, so the policy holds nothing",
		"elsewhere": true,
	}} with input as _policy(missing, true)
}

test_policy_without_identity_is_found if {
	some finding in policy.findings with input as _policy([], false)
	finding.path == ["spec", "requiredAuthenticationRefs"]
	count(policy.findings) == 0 with input as _policy([], true)
}

test_open_objects_are_found if {
	count(policy.findings) == 1 with input as _resource("ServerAuthorization", {"client": {"unauthenticated": true}})
	count(policy.findings) == 1 with input as _resource("ServerAuthorization", {"client": {"meshTLS": {"unauthenticatedTLS": true}}})
	count(policy.findings) == 1 with input as _resource("ServerAuthorization", {"client": {"meshTLS": {"identities": ["*"]}}})
	count(policy.findings) == 1 with input as _resource("MeshTLSAuthentication", {"identities": ["a.example.com", "*"]})
	count(policy.findings) == 1 with input as _resource("Server", {"accessPolicy": "audit"})
}

test_closed_objects_are_silent if {
	count(policy.findings) == 0 with input as _resource("ServerAuthorization", {"client": {"meshTLS": {"serviceAccounts": [{"name": "a"}]}}})
	count(policy.findings) == 0 with input as _resource("MeshTLSAuthentication", {"identities": ["a.example.com"]})
	count(policy.findings) == 0 with input as _resource("Server", {"accessPolicy": "deny"})
}
