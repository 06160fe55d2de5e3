# METADATA
# scope: package
# title: "SELinux options"
# description: "A type, user or role of one's own choosing takes the container out of the domain that keeps it from the node."
# related_resources:
#   - https://kubernetes.io/docs/concepts/security/pod-security-standards/
# custom:
#   severity: medium
#   stage: 1
#   judges: [pod]
#   remediation: "Remove user and role from seLinuxOptions, and leave type to the container runtime."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.9: J, A.8.2: P, A.8.27: J}
#     gdpr: {Art. 25(1): J, Art. 32(1)(b): J}
package policies.least_privilege.selinux

import data.lib.pod

findings contains {
	"path": array.concat(setting.path, [field]),
	"message": $"{setting.subject} sets the SELinux {field} {value}",
	"fix": {"remove": true},
} if {
	some setting in pod.settings_not_in("seLinuxOptions", ["seLinuxOptions"], {null})
	some field, allowed in _allowed
	value := setting.value[field]
	not value in allowed
}

_allowed := {
	"type": {"", null, "container_t", "container_init_t", "container_kvm_t", "container_engine_t"},
	"user": {"", null},
	"role": {"", null},
}
