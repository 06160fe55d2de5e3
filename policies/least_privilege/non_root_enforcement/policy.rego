# METADATA
# scope: package
# title: "Non-root not enforced"
# description: "A user that is not root holds until somebody changes a number; runAsNonRoot holds against that, too, and Pod Security restricted takes no pod without it."
# related_resources:
#   - https://kubernetes.io/docs/concepts/security/pod-security-standards/
#   - https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
# custom:
#   severity: low
#   stage: 2
#   judges: [pod]
#   remediation: "Set securityContext.runAsNonRoot to true on the pod, and in no container to false."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.9: J, A.8.2: P, A.8.27: J}
#     gdpr: {Art. 25(1): J, Art. 32(1)(b): J}
package policies.least_privilege.non_root_enforcement

import data.lib.pod

# What may run as root in fact is run-as-non-root's to say.
findings contains {
	"path": setting.path,
	"message": $"{setting.subject} does not set runAsNonRoot to true",
	"fix": {"set": true},
} if {
	not pod.user_namespace
	not input.pod.partial
	some setting in pod.settings_not_in("runAsNonRoot", ["runAsNonRoot"], {true})
	not setting.path in {said.path | some said in pod.may_run_as_root}
}
