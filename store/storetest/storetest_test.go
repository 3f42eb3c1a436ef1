package storetest_test

import (
	"testing"

	"github.com/go-marops/marops/store"
	"github.com/go-marops/marops/store/storetest"
)

func TestMemory(t *testing.T) {
	storetest.Run(t, func(*testing.T) store.Store { return store.NewMemory() })
}
