# Volumes that are a path of the node.
package lib.host_path

volumes contains volume if {
	some volume in input.pod.volumes
	volume.spec.hostPath != null
}

describe(volume) := object.get(volume.spec.hostPath, "path", "a path")

# The segments of the path, as the node sees it: /var/run is a link to /run.
segments(volume) := array.slice(parts, 1, count(parts)) if {
	parts := _parts(volume)
	array.slice(parts, 0, 2) == ["var", "run"]
} else := _parts(volume)

_parts(volume) := [part |
	some part in split(volume.spec.hostPath.path, "/")
	not part in {"", "."}
]
