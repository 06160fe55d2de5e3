package policies.mtls_strict.sidecar_injection_test

import data.lib.words
import data.policies.mtls_strict.sidecar_injection as policy

_yes := {"answer": "yes", "why": "istio-injection=enabled", "by": []}

_no := {"answer": "no", "why": "it has no label", "by": []}

_unknown := {"answer": "unknown", "why": "it is declared elsewhere", "by": []}

_namespace(meshes, rest) := {
	"declared": true,
	"resource": {"kind": "Namespace", "metadata": {"name": "shop"}},
	"pod": null,
	"facts": {"mesh": {"meshes": meshes, "workload": null, "namespace": object.union(
		{
			"system": false,
			"istio": _no,
			"istioPath": ["metadata", "labels", "istio-injection"],
			"conflicts": [],
			"linkerd": _no,
			"undecided": {"istio": 0, "linkerd": 0},
			"alone": false,
		},
		rest,
	)}},
}

_workload(kind, rest) := {
	"declared": true,
	"resource": {"kind": kind, "metadata": {"name": "cart"}},
	"pod": {"path": ["spec"], "metadataPath": ["metadata"]},
	"facts": {"mesh": {"meshes": ["istio"], "namespace": null, "workload": object.union(
		{
			"applies": true,
			"mesh": "istio",
			"enrolled": _yes,
			"enrolledPath": ["metadata", "labels", "sidecar.istio.io/inject"],
			"optsOut": false,
			"ambient": false,
			"proxied": true,
			"namespaceEnrols": _yes,
		},
		rest,
	)}},
}

test_namespace_without_label_is_found_where_istio_is_used if {
	some finding in policy.findings with input as _namespace(["istio"], {})
	finding.path == ["metadata", "labels", "istio-injection"]
	finding.elsewhere == false
}

test_namespace_in_a_plain_repository_is_silent if {
	count(policy.findings) == 0 with input as _namespace([], {})
}

test_namespaces_alone_are_found if {
	some finding in policy.findings with input as _namespace([], {"alone": true})
	finding.elsewhere
}

test_namespace_in_linkerd_is_silent if {
	count(policy.findings) == 0 with input as _namespace(["istio", "linkerd"], {"linkerd": _yes})
}

test_system_namespace_is_silent if {
	count(policy.findings) == 0 with input as _namespace(["istio"], {"system": true})
}

test_contradicting_labels_are_one_finding if {
	conflicts := ["istio-injection=enabled", "istio.io/rev=canary"]
	some finding in policy.findings with input as _namespace(["istio"], {"istio": _yes, "conflicts": conflicts})
	finding.message == $"{words.namespace} asks for two ways into the mesh at once: istio-injection=enabled and istio.io/rev=canary"
}

test_undeclared_namespace_is_unknown if {
	elsewhere := object.union(_namespace(["istio"], {"istio": _unknown, "undecided": {"istio": 2, "linkerd": 0}}), {"declared": false})
	count(policy.findings) == 0 with input as elsewhere
	count(policy.unknowns) == 1 with input as elsewhere
}

test_opt_out_is_found if {
	policy.findings == {{
		"path": ["metadata", "labels", "sidecar.istio.io/inject"],
		"message": $"{words.subject} keeps out of the mesh: it has no label",
		"fix": {"remove": true},
	}} with input as _workload("Deployment", {"optsOut": true, "enrolled": _no})
}

test_host_network_is_found_where_the_namespace_enrols if {
	out := {"optsOut": true, "enrolled": _no, "enrolledPath": ["spec", "hostNetwork"]}
	count(policy.findings) == 1 with input as _workload("DaemonSet", out)
	count(policy.findings) == 0 with input as _workload("DaemonSet", object.union(out, {"namespaceEnrols": _unknown}))
}

test_bare_pod_without_a_proxy_is_found if {
	count(policy.findings) == 1 with input as _workload("Pod", {"proxied": false})
	count(policy.findings) == 0 with input as _workload("Pod", {"proxied": false, "ambient": true})
	count(policy.findings) == 0 with input as _workload("Deployment", {"proxied": false})
}
