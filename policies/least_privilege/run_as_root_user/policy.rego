# METADATA
# scope: package
# title: "Runs as root"
# description: "The container is told to run as user 0, so whatever breaks into it is root from the start."
# related_resources:
#   - https://kubernetes.io/docs/concepts/security/pod-security-standards/
#   - https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
# custom:
#   severity: high
#   stage: 2
#   judges: [pod]
#   remediation: "Set securityContext.runAsUser to a user that is not 0, or leave it to the image."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.9: J, A.8.2: P, A.8.27: J}
#     gdpr: {Art. 25(1): J, Art. 32(1)(b): J}
package policies.least_privilege.run_as_root_user

import data.lib.pod

findings contains {
	"path": setting.path,
	"message": $"{setting.subject} runs as root (runAsUser: 0)",
} if {
	not pod.user_namespace
	some setting in pod.settings_in("runAsUser", ["runAsUser"], {0})
}
