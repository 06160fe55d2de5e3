package policies.least_privilege.pod_security_labels_test

import data.policies.least_privilege.pod_security_labels as policy

_namespace(labels) := {"declared": true, "namespace": null, "resource": {"kind": "Namespace", "metadata": {"name": "shop", "labels": labels}}}

_parameters := {"least-privilege/pod-security-labels": {"privileged": ["kube-system"]}}

test_no_label_is_found if {
	some finding in policy.findings with input as _namespace({}) with data.parameters as _parameters
	finding.path == ["metadata", "labels", "pod-security.kubernetes.io/enforce"]
	finding.message == "nothing makes namespace shop enforce a Pod Security level"
	finding.elsewhere == false
}

test_warning_alone_is_found if {
	labels := {"pod-security.kubernetes.io/warn": "restricted", "pod-security.kubernetes.io/audit": "restricted"}
	count(policy.findings) == 1 with input as _namespace(labels) with data.parameters as _parameters
}

test_privileged_is_found if {
	labels := {"pod-security.kubernetes.io/enforce": "privileged"}
	some finding in policy.findings with input as _namespace(labels) with data.parameters as _parameters
	finding.message == "namespace shop takes privileged pods"
}

test_no_level_is_found if {
	labels := {"pod-security.kubernetes.io/enforce": "strict"}
	some finding in policy.findings with input as _namespace(labels) with data.parameters as _parameters
	finding.message == "namespace shop enforces a level that there is none of: strict"
}

test_enforced_is_silent if {
	every level in ["baseline", "restricted"] {
		labels := {"pod-security.kubernetes.io/enforce": level}
		count(policy.findings) == 0 with input as _namespace(labels) with data.parameters as _parameters
	}
}

test_declared_elsewhere_advises if {
	namespace := object.union(_namespace({}), {"declared": false})
	some finding in policy.findings with input as namespace with data.parameters as _parameters
	finding.elsewhere == true
}

test_namespace_nobody_stated_has_no_name if {
	namespace := object.union(_namespace({}), {"declared": false, "resource": {"metadata": {"name": ""}}})
	some finding in policy.findings with input as namespace with data.parameters as _parameters
	finding.message == "nothing makes the namespace enforce a Pod Security level"
}

test_labels_left_empty_are_found if {
	count(policy.findings) == 1 with input as _namespace(null) with data.parameters as _parameters
}

test_privileged_by_parameter_is_silent if {
	namespace := object.union(_namespace({}), {"resource": {"metadata": {"name": "kube-system"}}})
	count(policy.findings) == 0 with input as namespace with data.parameters as _parameters
}
