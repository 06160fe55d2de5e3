package policies.mtls_strict.mtls_mode_test

import data.lib.words
import data.policies.mtls_strict.mtls_mode as policy

_answer(value) := {"answer": value, "why": "port 8080 is PERMISSIVE", "by": []}

_workload(strict, rest) := {
	"resource": {"kind": "Deployment", "metadata": {"name": "cart"}},
	"pod": {"metadataPath": ["spec", "template", "metadata"]},
	"facts": {"mesh": {
		"meshes": ["istio"],
		"environment": null,
		"workload": object.union(
			{
				"applies": true,
				"mesh": "istio",
				"enrolled": {"answer": "yes", "why": "", "by": []},
				"strict": _answer(strict),
				"weak": "port 8080 is PERMISSIVE",
				"path": ["spec", "template", "metadata"],
				"elsewhere": false,
			},
			rest,
		),
	}},
}

_environment(meshes, workloads) := {
	"resource": {"kind": "Environment", "metadata": {"name": ""}},
	"facts": {"mesh": {"meshes": meshes, "workload": null, "environment": {"workloads": workloads, "namespaces": 0}}},
}

test_plain_text_is_found if {
	policy.findings == {{
		"path": ["spec", "template", "metadata"],
		"message": $"{words.subject} does not take mTLS alone: port 8080 is PERMISSIVE",
		"about": ["spec", "template", "metadata"],
		"value": "port 8080 is PERMISSIVE",
		"elsewhere": false,
		"related": [],
	}} with input as _workload("no", {})
}

test_strict_is_silent if {
	count(policy.findings) == 0 with input as _workload("yes", {})
	count(policy.unknowns) == 0 with input as _workload("yes", {})
}

test_what_cannot_be_told_is_unknown if {
	count(policy.findings) == 0 with input as _workload("unknown", {})
	count(policy.unknowns) == 1 with input as _workload("unknown", {})
}

test_infrastructure_is_silent if {
	count(policy.findings) == 0 with input as _workload("no", {"applies": false})
}

test_linkerd_members_are_left_to_authorization if {
	count(policy.findings) == 0 with input as _workload("no", {"mesh": "linkerd"})
	count(policy.findings) == 1 with input as _workload("no", {
		"mesh": "linkerd",
		"enrolled": {"answer": "no", "why": "", "by": []},
	})
}

test_no_mesh_is_said_once if {
	some finding in policy.findings with input as _environment([], 3)
	finding.elsewhere
	contains(finding.message, "its workloads")
}

test_no_mesh_and_no_workload_is_silent if {
	count(policy.findings) == 0 with input as _environment([], 0)
	count(policy.findings) == 0 with input as _environment(["istio"], 3)
}
