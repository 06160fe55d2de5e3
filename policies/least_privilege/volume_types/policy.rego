# METADATA
# scope: package
# title: "Volume types"
# description: "Volumes beyond the types made for pods bring storage and its credentials of the node into the pod, past quotas and access control of the cluster."
# related_resources:
#   - https://kubernetes.io/docs/concepts/security/pod-security-standards/
# custom:
#   severity: medium
#   stage: 2
#   judges: [pod]
#   remediation: "Use configMap, csi, downwardAPI, emptyDir, ephemeral, image, persistentVolumeClaim, projected or secret."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.9: J, A.8.2: P, A.8.27: J}
#     gdpr: {Art. 25(1): J, Art. 32(1)(b): J}
package policies.least_privilege.volume_types

# A volume without a source is an emptyDir; what hostPath is, host-path says.
findings contains {
	"path": array.concat(volume.path, [type]),
	"message": $"volume {volume.name} is of type {type}",
} if {
	some volume in input.pod.volumes
	types := {type | some type, source in volume.spec; type != "name"; source != null; not _misspelt(type)}
	count(types & _allowed) == 0
	some type in (types - {"hostPath"})
}

# The API server drops it, as it does in the pods that operators make of their templates: the volume is an emptyDir.
_misspelt(type) if {
	not type in _allowed
	lower(type) in {lower(allowed) | some allowed in _allowed}
}

_allowed := {
	"configMap",
	"csi",
	"downwardAPI",
	"emptyDir",
	"ephemeral",
	"image",
	"persistentVolumeClaim",
	"projected",
	"secret",
}
