# METADATA
# scope: package
# title: "Seccomp turned off"
# description: "Without a seccomp filter a container may call everything the kernel offers, and most ways out of a container begin with a call it never needed."
# related_resources:
#   - https://kubernetes.io/docs/concepts/security/pod-security-standards/
#   - https://kubernetes.io/docs/tutorials/security/seccomp/
# custom:
#   severity: medium
#   stage: 1
#   judges: [pod]
#   remediation: "Set seccompProfile.type to RuntimeDefault, or to Localhost with a profile of your own."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.9: J, A.8.2: P, A.8.27: J}
#     gdpr: {Art. 25(1): J, Art. 32(1)(b): J}
package policies.least_privilege.seccomp

import data.lib.pod

findings contains {
	"path": setting.path,
	"message": $"{setting.subject} has {_profile(setting.value)}",
	"fix": {"set": "RuntimeDefault"},
} if {
	some setting in pod.settings_not_in("seccompProfile", ["seccompProfile", "type"], {null, "RuntimeDefault", "Localhost"})
}

_profile("") := "a seccomp profile without a type"

_profile(type) := $"seccomp profile {type}" if type != ""
