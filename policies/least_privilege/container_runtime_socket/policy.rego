# METADATA
# scope: package
# title: "Container runtime socket"
# description: "Whoever can talk to the container runtime starts containers on the node as root, a read-only mount notwithstanding."
# related_resources:
#   - https://cheatsheetseries.owasp.org/cheatsheets/Docker_Security_Cheat_Sheet.html
# custom:
#   severity: critical
#   stage: 1
#   judges: [pod]
#   remediation: "Remove the volume; build images without a daemon, and read container metadata from the Kubernetes API."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.9: J, A.8.2: P, A.8.27: J}
#     gdpr: {Art. 25(1): J, Art. 32(1)(b): J}
package policies.least_privilege.container_runtime_socket

import data.lib.host_path

findings contains {
	"path": array.concat(volume.path, ["hostPath", "path"]),
	"message": $"volume {volume.name} reaches {socket} of the node",
} if {
	some volume in host_path.volumes
	socket := _reached(volume)
}

# A socket by its name, wherever it lies, and on Windows a pipe.
_reached(volume) := volume.spec.hostPath.path if {
	_named(volume)
} else := $"/{concat("/", min(sockets))}" if {
	# A directory of the node brings the sockets below it along.
	directory := host_path.segments(volume)
	sockets := {socket |
		some socket in _sockets
		array.slice(socket, 0, count(directory)) == directory
	}
	count(sockets) > 0
}

_named(volume) if {
	some name in ["docker.sock", "dockershim.sock", "cri-dockerd.sock", "containerd.sock", "crio.sock", "podman.sock"]
	endswith(trim_right(volume.spec.hostPath.path, "/"), $"/{name}")
}

_named(volume) if {
	path := replace(volume.spec.hostPath.path, `\`, "/")
	some pipe in ["docker", "containerd", "cri-dockerd"]
	contains(path, $"/pipe/{pipe}")
}

_sockets := {
	["run", "containerd", "containerd.sock"],
	["run", "cri-dockerd.sock"],
	["run", "crio", "crio.sock"],
	["run", "docker", "containerd", "containerd.sock"],
	["run", "docker.sock"],
	["run", "k3s", "containerd", "containerd.sock"],
	["run", "podman", "podman.sock"],
}
