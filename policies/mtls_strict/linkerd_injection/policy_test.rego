package policies.mtls_strict.linkerd_injection_test

import data.policies.mtls_strict.linkerd_injection as policy

_pod(annotations, spec) := {
	"declared": true,
	"resource": {"kind": "Deployment", "metadata": {"name": "cart"}},
	"pod": {"path": ["spec", "template", "spec"], "metadataPath": ["spec", "template", "metadata"], "metadata": {"annotations": annotations}, "spec": spec},
	"facts": {"mesh": {"meshes": ["linkerd"], "namespace": null, "workload": {"applies": true, "mesh": "linkerd"}}},
}

_namespace(meshes, linkerd, declared) := {
	"declared": declared,
	"resource": {"kind": "Namespace", "metadata": {"name": "shop"}},
	"pod": null,
	"facts": {"mesh": {"meshes": meshes, "workload": null, "namespace": {
		"system": false,
		"istio": {"answer": "no", "why": "", "by": []},
		"linkerd": {"answer": linkerd, "why": "it is not annotated", "by": []},
		"undecided": {"istio": 0, "linkerd": 1},
	}}},
}

test_opt_out_is_found if {
	every value in ["disabled", "true"] {
		some finding in policy.findings with input as _pod({"linkerd.io/inject": value}, {})
		finding.path == ["spec", "template", "metadata", "annotations", "linkerd.io/inject"]
	}
}

test_enabled_pods_are_silent if {
	every annotations in [{}, {"linkerd.io/inject": "enabled"}, {"linkerd.io/inject": "ingress"}] {
		count(policy.findings) == 0 with input as _pod(annotations, {})
	}
}

test_host_network_is_found if {
	some finding in policy.findings with input as _pod({"linkerd.io/inject": "enabled"}, {"hostNetwork": true})
	finding.path == ["spec", "template", "spec", "hostNetwork"]
}

test_namespace_is_found_where_linkerd_is_used if {
	count(policy.findings) == 1 with input as _namespace(["linkerd"], "no", true)
	count(policy.findings) == 0 with input as _namespace(["linkerd"], "yes", true)
	count(policy.findings) == 0 with input as _namespace(["istio"], "no", true)
}

test_undeclared_namespace_is_unknown if {
	count(policy.findings) == 0 with input as _namespace(["linkerd"], "unknown", false)
	count(policy.unknowns) == 1 with input as _namespace(["linkerd"], "unknown", false)
}
