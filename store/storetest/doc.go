// Package storetest checks that a [store.Store] keeps its promises. Every
// adapter of marops passes it, and so must yours:
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(t *testing.T) store.Store {
//			s, err := mystore.Open(t.TempDir())
//			if err != nil {
//				t.Fatal(err)
//			}
//			t.Cleanup(func() { s.Close() })
//			return s
//		})
//	}
//
// Each case opens a store of its own, so cases do not depend on each other. A
// failure names the case, what was seen, and the rule that it breaks. [Check]
// runs the same cases without a testing.T, for proving that a broken store is
// found. The package imports the standard library, google/uuid and marops only.
package storetest
