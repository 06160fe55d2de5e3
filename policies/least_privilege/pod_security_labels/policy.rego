# METADATA
# scope: package
# title: "Pod Security not enforced"
# description: "Without an enforced level the API server takes a privileged pod into the namespace from anyone who may create pods there, whatever this gate says."
# related_resources:
#   - https://kubernetes.io/docs/concepts/security/pod-security-admission/
#   - https://kubernetes.io/docs/concepts/security/pod-security-standards/
# custom:
#   severity: medium
#   stage: 1
#   judges: [Namespace]
#   remediation: "Label the namespace pod-security.kubernetes.io/enforce: restricted, or baseline where restricted is out of reach."
#   owner: namespace
#   controls:
#     iso-27001-2022: {A.8.9: J, A.8.27: J}
#     gdpr: {Art. 25(1): J, Art. 32(1)(b): J}
#   parameters:
#     privileged:
#       type: array
#       default: [kube-system]
#       description: "Namespaces that may take privileged pods."
package policies.least_privilege.pod_security_labels

findings contains {
	"path": _path,
	"message": $"nothing makes {_name} enforce a Pod Security level",
	"elsewhere": not_declared,
} if {
	_judged
	object.get(_labels, _label, "") == ""
	not_declared := input.declared == false
}

findings contains {
	"path": _path,
	"message": $"{_name} takes privileged pods",
} if {
	_judged
	_labels[_label] == "privileged"
}

# The API server reads a level that is none as restricted, and refuses to write it.
findings contains {
	"path": _path,
	"message": $"{_name} enforces a level that there is none of: {_labels[_label]}",
} if {
	_judged
	not _labels[_label] in {"", "privileged", "baseline", "restricted"}
}

_judged if not input.resource.metadata.name in data.parameters["least-privilege/pod-security-labels"].privileged

_label := "pod-security.kubernetes.io/enforce"

_path := ["metadata", "labels", _label]

_labels := input.resource.metadata.labels if is_object(input.resource.metadata.labels)

else := {}

# A namespace that is used and stated nowhere has no name.
_name := $"namespace {input.resource.metadata.name}" if input.resource.metadata.name != ""

else := "the namespace"
