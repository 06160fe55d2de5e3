module ringfence/engine/abi

go 1.26.0
