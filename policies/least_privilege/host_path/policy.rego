# METADATA
# scope: package
# title: "Host path"
# description: "A directory of the node inside a pod is a way out of it: its files, its credentials and the pods beside it come within reach."
# related_resources:
#   - https://kubernetes.io/docs/concepts/security/pod-security-standards/
#   - https://kubernetes.io/docs/concepts/storage/volumes/#hostpath
# custom:
#   severity: high
#   stage: 1
#   judges: [pod]
#   remediation: "Use a volume that belongs to the pod: emptyDir, a persistentVolumeClaim, configMap, secret or projected."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.9: J, A.8.2: P, A.8.27: J}
#     gdpr: {Art. 25(1): J, Art. 32(1)(b): J}
package policies.least_privilege.host_path

import data.lib.host_path

findings contains {
	"path": array.concat(volume.path, ["hostPath"]),
	"message": $"volume {volume.name} is {host_path.describe(volume)} of the node",
} if {
	some volume in host_path.volumes
}
