// Copies an image between a registry and an OCI layout, by oras-go.
package main

import (
	"context"
	"fmt"
	"os"

	"oras.land/oras-go"
	"oras.land/oras-go/content/oci"
	"oras.land/oras-go/registry/remote"
)

func main() {
	direction, name, tag, folder := os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	repository, err := remote.NewRepository(name)
	if err != nil {
		fail(err)
	}
	repository.PlainHTTP = true
	layout, err := oci.New(folder)
	if err != nil {
		fail(err)
	}
	var source oras.ReadOnlyTarget = repository
	var target oras.Target = layout
	if direction == "push" {
		source, target = layout, repository
	}
	copied, err := oras.Copy(context.Background(), source, tag, target, tag, oras.DefaultCopyOptions)
	if err != nil {
		fail(err)
	}
	fmt.Println(copied.Digest)
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
