# The capabilities that Pod Security Standards let a container add (policy/check_capabilities_*.go).
package lib.capabilities

baseline := {
	"AUDIT_WRITE",
	"CHOWN",
	"DAC_OVERRIDE",
	"FOWNER",
	"FSETID",
	"KILL",
	"MKNOD",
	"NET_BIND_SERVICE",
	"SETFCAP",
	"SETGID",
	"SETPCAP",
	"SETUID",
	"SYS_CHROOT",
}

restricted := {"NET_BIND_SERVICE"}
