// Validates the only image of an OCI layout as crane validate does.
package main

import (
	"os"

	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/validate"
)

func main() {
	index, err := layout.ImageIndexFromPath(os.Args[1])
	if err != nil {
		panic(err)
	}
	if err := validate.Index(index); err != nil {
		panic(err)
	}
}
