package policies.mtls_strict.authorization_default_deny_test

import data.lib.words
import data.policies.mtls_strict.authorization_default_deny as policy

_namespace(denies, rest) := {
	"declared": true,
	"resource": {"kind": "Namespace", "metadata": {"name": "shop"}},
	"facts": {"mesh": {"meshes": ["istio"], "namespace": object.union(
		{
			"system": false,
			"istio": {"answer": "yes", "why": "", "by": []},
			"members": 2,
			"deniesByDefault": {"answer": denies, "why": "no AuthorizationPolicy here holds Deployment cart", "by": []},
		},
		rest,
	)}},
}

test_open_namespace_is_found if {
	policy.findings == {{
		"path": ["metadata", "name"],
		"message": $"{words.namespace} lets every caller in: no AuthorizationPolicy here holds Deployment cart",
		"elsewhere": false,
		"related": [],
	}} with input as _namespace("no", {})
}

test_namespace_without_workloads_may_be_held_elsewhere if {
	some finding in policy.findings with input as _namespace("no", {"members": 0})
	finding.elsewhere
}

test_denying_namespace_is_silent if {
	count(policy.findings) == 0 with input as _namespace("yes", {})
}

test_doubt_is_unknown if {
	count(policy.findings) == 0 with input as _namespace("unknown", {})
	count(policy.unknowns) == 1 with input as _namespace("unknown", {})
}

test_namespace_outside_the_mesh_is_silent if {
	outside := {"istio": {"answer": "no", "why": "", "by": []}, "members": 0}
	count(policy.findings) == 0 with input as _namespace("no", outside)
	count(policy.findings) == 0 with input as _namespace("no", {"system": true})
	count(policy.findings) == 0 with input as object.union(_namespace("no", {}), {"facts": {"mesh": {"meshes": []}}})
}
