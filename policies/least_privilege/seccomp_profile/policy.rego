# METADATA
# scope: package
# title: "No seccomp profile"
# description: "Where no profile is stated, whether a seccomp filter holds the container depends on how its node is set up."
# related_resources:
#   - https://kubernetes.io/docs/concepts/security/pod-security-standards/
#   - https://kubernetes.io/docs/tutorials/security/seccomp/
# custom:
#   severity: medium
#   stage: 2
#   judges: [pod]
#   remediation: "Set securityContext.seccompProfile.type to RuntimeDefault on the pod."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.9: J, A.8.2: P, A.8.27: J}
#     gdpr: {Art. 25(1): J, Art. 32(1)(b): J}
package policies.least_privilege.seccomp_profile

import data.lib.pod

# A profile that is no filter is seccomp's to say.
findings contains {
	"path": setting.path,
	"message": $"{setting.subject} has no seccomp profile",
	"fix": {"set": "RuntimeDefault"},
} if {
	not pod.windows
	not input.pod.partial
	some setting in pod.unset("seccompProfile")
}

unknowns contains {
	"path": setting.path,
	"message": $"the seccomp profile of {setting.subject} is left to its operator",
} if {
	not pod.windows
	input.pod.partial
	some setting in pod.unset("seccompProfile")
}
