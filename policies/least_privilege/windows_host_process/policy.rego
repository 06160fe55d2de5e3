# METADATA
# scope: package
# title: "Windows host process"
# description: "A host process container runs on the Windows node itself, with its network, its files and the rights of the account it names."
# related_resources:
#   - https://kubernetes.io/docs/concepts/security/pod-security-standards/
#   - https://kubernetes.io/docs/tasks/configure-pod-container/create-hostprocess-pod/
# custom:
#   severity: critical
#   stage: 1
#   judges: [pod]
#   remediation: "Set windowsOptions.hostProcess to false, or leave it out."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.9: J, A.8.2: P, A.8.27: J}
#     gdpr: {Art. 25(1): J, Art. 32(1)(b): J}
package policies.least_privilege.windows_host_process

import data.lib.pod

findings contains {
	"path": setting.path,
	"message": $"{setting.subject} runs as a process of its Windows node",
	"fix": {"set": false},
} if {
	some setting in pod.settings_in("hostProcess", ["windowsOptions", "hostProcess"], {true})
}
