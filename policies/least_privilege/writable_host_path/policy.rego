# METADATA
# scope: package
# title: "Writable host path"
# description: "What a pod may write on its node outlives it: a cron job, a static pod or a changed binary there is the node taken over."
# related_resources:
#   - https://kubernetes.io/docs/concepts/storage/volumes/#hostpath
# custom:
#   severity: high
#   stage: 1
#   judges: [pod]
#   remediation: "Set readOnly to true on the mount, or use a volume that belongs to the pod."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.9: J, A.8.2: P, A.8.27: J}
#     gdpr: {Art. 25(1): J, Art. 32(1)(b): J}
package policies.least_privilege.writable_host_path

import data.lib.host_path

findings contains {
	"path": array.concat(container.path, ["volumeMounts", i, "readOnly"]),
	"message": $"container {container.name} may write {host_path.describe(volume)} of the node",
	"fix": {"set": true},
} if {
	some volume in host_path.volumes
	some container in input.pod.containers
	some i, mount in container.spec.volumeMounts
	mount.name == volume.name
	object.get(mount, "readOnly", false) != true
}
